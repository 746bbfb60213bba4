// drupal-jsonapi-params builds the queries: filters, groups, sorts, includes, fields, pages.
import assert from "node:assert/strict";
import { DrupalJsonApiParams } from "drupal-jsonapi-params";
import { logIn } from "./log_in.js";

const site = process.env.SITE;
const token = await logIn(site, "editor", "editor-pass");

async function ask(params) {
  const answer = await fetch(`${site}/jsonapi/node/article?${params.getQueryString()}`, {
    headers: { Authorization: `Bearer ${token}` },
  });
  return answer.json();
}

const titles = async (params) => (await ask(params)).data.map((each) => each.attributes.title);

// A filter in the short form, a sort, and a page.
const newest = new DrupalJsonApiParams()
  .addFilter("status", "1")
  .addSort("created", "DESC")
  .addPageLimit(3);

assert.deepEqual(await titles(newest), ["Theta Guide 47", "Epsilon essay 34", "Beta note 21"]);

// The next page is where the document says that it is.
const { links } = await ask(newest);
const next = await fetch(links.next.href, { headers: { Authorization: `Bearer ${token}` } });
assert.deepEqual(
  (await next.json()).data.map((each) => each.attributes.title),
  ["Iota Review 08", "Zeta story 55", "Gamma report 42"],
);

// One of two groups, each of two conditions.
const either = new DrupalJsonApiParams()
  .addGroup("either", "OR")
  .addGroup("alpha", "AND", "either")
  .addFilter("title", "Alpha", "STARTS_WITH", "alpha")
  .addFilter("title", "essay", "CONTAINS", "alpha")
  .addGroup("beta", "AND", "either")
  .addFilter("title", "Beta", "STARTS_WITH", "beta")
  .addFilter("title", "Guide", "CONTAINS", "beta")
  .addSort("title");

assert.deepEqual(await titles(either), [
  ...["Alpha essay 10", "Alpha essay 40", "Beta Guide 11", "Beta Guide 41"],
]);

// Operators with a list, with two values, and with none; paths over references.
const operators = new DrupalJsonApiParams()
  .addFilter("uid.name", ["editor", "admin"], "IN")
  .addFilter("drupal_internal__nid", ["60", "66"], "BETWEEN")
  .addFilter("field_tags", null, "IS NOT NULL")
  .addSort("drupal_internal__nid");
const found = await ask(operators.addInclude(["uid"]));
assert.ok(found.data.length > 0);
for (const { attributes, relationships } of found.data) {
  assert.ok(attributes.drupal_internal__nid >= 60 && attributes.drupal_internal__nid <= 66);
  assert.ok(relationships.field_tags.data.length > 0);
}
for (const { attributes } of found.included) {
  assert.ok(["editor", "admin"].includes(attributes.display_name));
}

// What relationships lead to comes along, and of each resource these fields alone.
const slim = new DrupalJsonApiParams()
  .addFilter("title", "Alpha report 00")
  .addInclude(["uid", "field_tags"])
  .addFields("node--article", ["title", "uid", "field_tags"])
  .addFields("taxonomy_term--tags", ["name"])
  .addFields("user--user", ["display_name"]);

const { data, included } = await ask(slim);
assert.equal(data.length, 1);
assert.deepEqual(data[0].attributes, { title: "Alpha report 00" });
assert.deepEqual(Object.keys(data[0].relationships).sort(), ["field_tags", "uid"]);
const tags = included.filter(({ type }) => type === "taxonomy_term--tags");
assert.deepEqual(
  tags.map(({ attributes }) => attributes),
  [{ name: "alpha" }, { name: "beta" }, { name: "delta" }, { name: "Ünïcödé & <b>" }],
);

// What the server does not know it says, and where.
const wrong = await ask(new DrupalJsonApiParams().addFilter("nonsense", "1"));
assert.equal(wrong.errors[0].status, "400");
