// next-drupal: lists, resources, paths, writing, uploads.
import assert from "node:assert/strict";
import { DrupalJsonApiParams } from "drupal-jsonapi-params";
import { NextDrupal, NextDrupalPages } from "next-drupal";
import { logIn } from "./log_in.js";

const site = process.env.SITE;
const token = await logIn(site, "editor", "editor-pass");

const drupal = new NextDrupal(site, {
  auth: { access_token: token, token_type: "Bearer" },
  withAuth: true,
});

// A list, with a query, and with what its relationships lead to.
const articles = await drupal.getResourceCollection("node--article", {
  params: new DrupalJsonApiParams()
    .addFilter("title", "Alpha", "STARTS_WITH")
    .addInclude(["uid", "field_tags"])
    .addSort("drupal_internal__nid")
    .addPageLimit(2),
});

assert.deepEqual(
  articles.map((each) => each.title),
  ["Alpha report 00", "Alpha essay 10"],
);
assert.equal(articles[0].uid.display_name, "admin");
assert.equal(articles[0].field_tags[0].name, "alpha");

// One resource, and the one at a path that visitors know.
const article = await drupal.getResource("node--article", articles[0].id);
const { entity, jsonapi } = await drupal.translatePath("/about-editor");
const page = await drupal.getResource(jsonapi.resourceName, entity.uuid);

assert.equal(article.title, "Alpha report 00");
assert.equal(page.title, "Page by editor");

// The one at a path, with a single request.
const about = await drupal.getResourceByPath("/about-editor", { params: { include: "uid" } });

assert.equal(about.title, "Page by editor");
assert.equal(about.uid.display_name, "editor");
assert.equal((await drupal.getResourceByPath("/zwölf/größe")).title, "Epsilon essay 04");
assert.equal(await drupal.getResourceByPath("/nope"), null);
await assert.rejects(drupal.getResourceByPath("/node/4"), { statusCode: 403 });
assert.equal(await drupal.translatePath("/nope"), null);
await assert.rejects(drupal.translatePath("/node/4"), { statusCode: 403 });

// The segments of a path, as the router of Next.js has them.
const path = drupal.constructPathFromSegment(["zwölf", "größe"]);
assert.equal((await drupal.translatePath(path)).label, "Epsilon essay 04");

// The same with the pages router, in `getStaticProps`.
const context = { params: { slug: ["about-editor"] } };
const pages = new NextDrupalPages(site, {
  auth: drupal.auth,
  withAuth: true,
  useDefaultEndpoints: true,
});
const translated = await pages.translatePathFromContext(context);
const resource = await pages.getResourceFromContext(translated, context);

assert.equal(resource.title, "Page by editor");

// Or with the name of its type, and a single request.
const single = await pages.getResourceFromContext("node--page", context);

assert.equal(single.title, "Page by editor");

// The paths of all pages that have aliases, to be built beforehand.
const paths = await drupal.getResourceCollectionPathSegments("node--page");
assert.deepEqual(paths[0].segments, ["about-editor"]);

// An upload, and a new resource with it; changing, deleting.
const gif = "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7";
const file = await drupal.createFileResource("file--file", {
  data: {
    attributes: {
      type: "node--article",
      field: "field_image",
      filename: "next-drupal.gif",
      file: Buffer.from(gif, "base64"),
    },
  },
});
const made = await drupal.createResource("node--article", {
  data: {
    attributes: { title: "By next-drupal" },
    relationships: {
      field_image: { data: { type: "file--file", id: file.id, meta: { alt: "One" } } },
    },
  },
});
const changed = await drupal.updateResource("node--article", made.id, {
  data: { attributes: { title: "Changed by next-drupal" } },
});
const isDeleted = await drupal.deleteResource("node--article", made.id);

assert.equal(file.filename, "next-drupal.gif");
assert.equal(made.title, "By next-drupal");
assert.equal(made.field_image.id, file.id);
assert.equal(changed.title, "Changed by next-drupal");
assert.ok(isDeleted);
await assert.rejects(drupal.getResource("node--article", made.id), { statusCode: 404 });

// The list of all collections is asked for without a token, whatever `withAuth` says. A site that
// takes no requests without gets one by a fetcher.
const looking = new NextDrupal(site, {
  useDefaultEndpoints: false,
  fetcher: (url, init) => {
    init.headers.set("Authorization", `Bearer ${token}`);
    return fetch(url, init);
  },
});

assert.ok((await looking.getResourceCollection("node--page")).length > 0);
await assert.rejects(drupal.getIndex(), { statusCode: 401 });
