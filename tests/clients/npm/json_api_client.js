// @drupal-api-client/json-api-client: lists, resources, paths, writing.
import assert from "node:assert/strict";
import { JsonApiClient } from "@drupal-api-client/json-api-client";
import { DrupalJsonApiParams } from "drupal-jsonapi-params";
import { logIn } from "./log_in.js";

const site = process.env.SITE;
const token = await logIn(site, "editor", "editor-pass");

const client = new JsonApiClient(site, {
  authentication: { type: "Custom", credentials: { value: `Bearer ${token}` } },
  logger: {},
});

// A list, with a query.
const query = new DrupalJsonApiParams().addFilter("status", "1").addSort("title").addPageLimit(3);
const list = await client.getCollection("node--article", { queryString: query.getQueryString() });

assert.deepEqual(
  list.data.map((each) => each.attributes.title),
  ["Alpha Review 20", "Alpha Review 50", "Alpha essay 10"],
);

// One resource, and the one at a path that visitors know.
const article = await client.getResource("node--article", list.data[0].id);
const page = await client.getResourceByPath("/about-editor");

assert.equal(article.data.attributes.title, "Alpha Review 20");
assert.equal(page.data.attributes.title, "Page by editor");

// Creating, changing, deleting.
const made = await client.createResource("node--article", {
  data: { type: "node--article", attributes: { title: "By json-api-client" } },
});
const { id } = made.data;
const changed = await client.updateResource("node--article", id, {
  data: { type: "node--article", id, attributes: { title: "Changed by json-api-client" } },
});
const deleted = await client.deleteResource("node--article", id, { rawResponse: true });

assert.equal(made.data.attributes.title, "By json-api-client");
assert.equal(changed.data.attributes.title, "Changed by json-api-client");
assert.equal(deleted.response.status, 204);

// What is not there, or not to be seen, is a document of errors; a path, a message.
const gone = await client.getResource("node--article", id, { rawResponse: true });
assert.equal(gone.response.status, 404);
assert.equal(gone.json.errors[0].title, "Not Found");
assert.equal((await client.getResourceByPath("/nope")).message, "Unable to resolve path /nope.");
assert.equal((await client.getResourceByPath("/node/4")).message, "Access denied for entity.");

// Where the project gives resource types paths of its own, the client looks them up.
const looking = new JsonApiClient(site, {
  authentication: { type: "Custom", credentials: { value: `Bearer ${token}` } },
  indexLookup: true,
});
assert.ok((await looking.getCollection("node--page")).data.length > 0);

// With "basic" among AUTHENTICATION_METHODS it can send the password itself.
const withPassword = new JsonApiClient(site, {
  authentication: {
    type: "Basic",
    credentials: { username: "editor", password: "editor-pass" },
  },
});

const mine = await withPassword.getResource("node--article", list.data[0].id);
assert.equal(mine.data.attributes.title, "Alpha Review 20");
