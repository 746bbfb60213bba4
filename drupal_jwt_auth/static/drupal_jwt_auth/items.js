/* "Add another item" below a field that may hold several. */
"use strict";

document.addEventListener("DOMContentLoaded", () => {
    for (const items of document.querySelectorAll(".drupal-items[data-limit]")) {
        const template = items.querySelector("template");
        const button = items.querySelector(".drupal-items-add");
        const limit = Number(items.dataset.limit) || Infinity;
        let rows = items.querySelectorAll(":scope > .drupal-item").length;

        button.hidden = rows >= limit;
        button.addEventListener("click", () => {
            const row = document.createElement("template");
            row.innerHTML = template.innerHTML.replaceAll("__row__", rows);
            const added = row.content.querySelector(".drupal-item");
            template.before(added);
            added.querySelector("input, select, textarea").focus();
            added.dispatchEvent(new CustomEvent("drupal:row", { bubbles: true }));
            rows += 1;
            button.hidden = rows >= limit;
        });
    }
});
