/* The table of permissions: filter, one role alone, arrow keys, and what is not saved yet. */
"use strict";

{
    const NARROW = "(max-width: 767px)";
    const query = document.getElementById("permissions-query");
    const choice = document.getElementById("permissions-role");
    const form = document.getElementById("permissions");

    /* Hide the rows without the words of the filter, and groups of which nothing is left. */
    function filter(groups, none) {
        const words = query.value.toLowerCase().split(/\s+/);
        for (const group of groups) {
            const heading = group.rows[0].textContent;
            const rows = [...group.rows].slice(1);
            for (const row of rows) {
                const text = `${heading} ${row.cells[0].textContent}`.toLowerCase();
                row.hidden = !words.every((word) => text.includes(word));
            }
            group.hidden = rows.every((row) => row.hidden);
        }
        none.hidden = !groups.every((group) => group.hidden);
    }

    /* Show the column of one role, or those of all. */
    function showRole(role) {
        for (const cell of form.querySelectorAll("[data-role]")) {
            cell.hidden = Boolean(role) && cell.dataset.role !== role;
        }
    }

    /* Mark what is not saved yet, and what a role may do because everybody may. */
    function mark(box) {
        box.closest("td").classList.toggle("changed", box.checked !== box.defaultChecked);
        const boxes = box.closest("tr").querySelectorAll("input");
        const everybody = [...boxes].find((each) => each.name === form.dataset.everybody);
        for (const each of boxes) {
            const implied = everybody && everybody.checked && each !== everybody;
            const isGuest = each.name === form.dataset.guests;
            each.closest("td").classList.toggle("implied", Boolean(implied) && !isGuest);
        }
    }

    /* Return the box that an arrow key leads to from another one, if there is one. */
    function neighbour(box, key) {
        const cell = box.closest("td");
        const columns = { ArrowLeft: -1, ArrowRight: 1 };
        const rows = { ArrowUp: -1, ArrowDown: 1 };
        if (key in columns) {
            const cells = [...cell.parentNode.querySelectorAll("td:not([hidden])")];
            return cells[cells.indexOf(cell) + columns[key]]?.querySelector("input");
        }
        const shown = [...form.querySelectorAll("tbody:not([hidden]) .permission:not([hidden])")];
        return shown[shown.indexOf(cell.parentNode) + rows[key]]?.cells[cell.cellIndex]
            .querySelector("input");
    }

    /* Send two values for each role instead of one for each box: there may be too many boxes. */
    function pack() {
        const boxes = [...form.querySelectorAll("input[type=checkbox]:not(:disabled)")];
        const granted = new Map(boxes.map((box) => [box.name, []]));
        for (const box of boxes) {
            if (box.checked) {
                granted.get(box.name).push(box.value);
            }
        }
        for (const [name, values] of granted) {
            const input = Object.assign(document.createElement("input"), {
                type: "hidden", name, value: values.join(" "), className: "packed",
            });
            form.append(input);
        }
        for (const box of boxes) {
            box.disabled = true;
        }
        /* Whoever comes back to the page finds it as it was. */
        window.addEventListener("pageshow", () => {
            form.querySelectorAll(".packed").forEach((input) => input.remove());
            boxes.forEach((box) => { box.disabled = false; });
        }, { once: true });
    }

    function start() {
        const boxes = [...form.querySelectorAll("input[type=checkbox]")];
        const output = form.querySelector("output");
        let isSent = false;

        const unsaved = () => boxes.filter((box) => box.checked !== box.defaultChecked).length;
        const tell = () => {
            const count = unsaved();
            output.textContent = count ? form.dataset.unsaved.replace("%s", count) : "";
        };
        boxes.forEach(mark);
        tell();
        form.addEventListener("change", (event) => { mark(event.target); tell(); });
        form.addEventListener("keydown", (event) => {
            if (event.key.startsWith("Arrow") && event.target.type === "checkbox") {
                event.preventDefault();
                neighbour(event.target, event.key)?.focus();
            }
        });
        form.addEventListener("submit", () => { isSent = true; pack(); });
        window.addEventListener("pageshow", () => { isSent = false; });
        window.addEventListener("beforeunload", (event) => {
            if (unsaved() && !isSent) {
                event.preventDefault();
            }
        });

        const groups = [...form.querySelectorAll("tbody")];
        const none = document.querySelector(".permissions-none");
        query.addEventListener("input", () => filter(groups, none));
        query.form.addEventListener("submit", (event) => event.preventDefault());
    }

    const only = choice.options.length === 1 && !choice.options[0].dataset.role;
    choice.prepend(new Option(choice.dataset.all, "", false, false));
    if (only) {
        choice.options[1].selected = true;
        choice.addEventListener("change", () => { location.assign(location.pathname); });
    } else {
        const chosen = [...choice.options].find((option) => option.dataset.everybody);
        const isNarrow = window.matchMedia(NARROW).matches && chosen;
        (isNarrow ? chosen : choice.options[0]).selected = true;
        choice.addEventListener("change", () => {
            showRole(choice.selectedOptions[0].dataset.role);
        });
    }
    if (form) {
        start();
        if (!only) {
            showRole(choice.selectedOptions[0].dataset.role);
        }
    }
}
