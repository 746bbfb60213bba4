/* Suggestions for inputs that refer to entities by their names. */
"use strict";

{
    const DELAY = 200;
    const QUOTED = /^(?:[^",]|"(?:[^"]|"")*")*/;
    let number = 0;

    /* Return where the name begins that stands at the end of what was typed. */
    function startOfName(input) {
        const typed = input.value.slice(0, input.selectionStart);
        if (!input.dataset.several) {
            return 0;
        }
        let start = 0;
        while (true) {
            const name = typed.slice(start).match(QUOTED)[0];
            if (typed[start + name.length] !== ",") {
                return start;
            }
            start += name.length + 1;
        }
    }

    /* Return a name as one of several. */
    function quoted(name) {
        return /[",]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name;
    }

    function setUp(input) {
        const list = document.createElement("ul");
        list.id = `suggestions-${number += 1}`;
        list.className = "drupal-suggestions";
        list.role = "listbox";
        list.hidden = true;
        input.after(list);
        input.setAttribute("role", "combobox");
        input.setAttribute("aria-autocomplete", "list");
        input.setAttribute("aria-controls", list.id);
        input.setAttribute("aria-expanded", "false");
        let timer = 0;
        let asked = new AbortController();

        function mark(option) {
            for (const each of list.children) {
                each.setAttribute("aria-selected", String(each === option));
            }
            input.setAttribute("aria-activedescendant", option ? option.id : "");
            option?.scrollIntoView({ block: "nearest" });
        }

        function close() {
            list.hidden = true;
            input.setAttribute("aria-expanded", "false");
            mark(null);
        }

        function choose(option) {
            const end = input.selectionStart;
            const start = startOfName(input);
            const several = Boolean(input.dataset.several);
            const before = input.value.slice(0, start) + (start ? " " : "");
            const chosen = several ? `${quoted(option.dataset.value)}, ` : option.dataset.value;
            const after = several ? input.value.slice(end).replace(/^[^,]*,?\s*/, "") : "";
            input.value = before + chosen + after;
            const caret = before.length + chosen.length;
            input.setSelectionRange(caret, caret);
            input.dispatchEvent(new Event("change", { bubbles: true }));
            close();
        }

        function show(results) {
            list.replaceChildren(...results.map((result, place) => {
                const option = document.createElement("li");
                option.id = `${list.id}-${place}`;
                option.role = "option";
                option.dataset.value = result.value;
                option.textContent = result.value;
                option.addEventListener("mousedown", (event) => {
                    event.preventDefault();
                    choose(option);
                });
                return option;
            }));
            list.hidden = !results.length;
            input.setAttribute("aria-expanded", String(!list.hidden));
            mark(null);
        }

        async function ask() {
            const text = input.value.slice(startOfName(input), input.selectionStart);
            const name = text.trim().replace(/^"|"$/g, "").replaceAll('""', '"');
            asked.abort();
            asked = new AbortController();
            if (!name) {
                close();
                return;
            }
            const url = new URL(input.dataset.suggestions, location.href);
            url.searchParams.set("q", name);
            try {
                const answer = await fetch(url, { signal: asked.signal, redirect: "error" });
                show(answer.ok ? (await answer.json()).results : []);
            } catch {
                /* Asked anew meanwhile, or not reachable: the name can be typed all the same. */
            }
        }

        input.addEventListener("input", () => {
            clearTimeout(timer);
            timer = setTimeout(ask, DELAY);
        });
        input.addEventListener("blur", close);
        input.addEventListener("keydown", (event) => {
            const options = [...list.children];
            if (list.hidden || !options.length) {
                return;
            }
            const current = options.findIndex((each) => each.getAttribute("aria-selected") === "true");
            const steps = { ArrowDown: 1, ArrowUp: -1 };
            if (event.key in steps) {
                const place = current < 0 && event.key === "ArrowUp" ? 0 : current;
                mark(options[(place + steps[event.key] + options.length) % options.length]);
            } else if (event.key === "Enter" && current >= 0) {
                choose(options[current]);
            } else if (event.key === "Escape") {
                close();
            } else {
                return;
            }
            event.preventDefault();
        });
    }

    /* Rows are added later, too: an input is set up where somebody comes to it. */
    document.addEventListener("focusin", ({ target }) => {
        if (target.matches("[data-suggestions]") && target.getAttribute("role") !== "combobox") {
            setUp(target);
        }
    });
}
