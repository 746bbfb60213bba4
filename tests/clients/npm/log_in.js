/** Return a token of a user, or throw what the site says instead. */
export async function logIn(site, name, password) {
  const answer = await fetch(`${site}/rest_api/id_token`, {
    method: "POST",
    headers: { Authorization: `Basic ${btoa(`${name}:${password}`)}` },
  });
  if (!answer.ok) throw new Error(await answer.text());
  return (await answer.json()).jwt_token;
}
