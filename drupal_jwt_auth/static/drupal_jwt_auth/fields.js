/* The fields of a bundle: their order, by mouse, touch and keyboard, and the form of one. */
"use strict";

{
    /* The order: rows move here, and are saved together. */
    function order(form) {
        const body = form.querySelector("tbody");
        const sent = form.elements.order;
        const row = form.querySelector(".submit-row");
        const output = form.querySelector("output");
        const names = () => [...body.rows].map((each) => each.dataset.name).join(" ");
        const before = names();
        let isSent = false;

        const tell = (moved) => {
            const values = {
                label: moved.dataset.label,
                place: moved.sectionRowIndex + 1,
                count: body.rows.length,
            };
            const text = form.dataset.moved.replace(/%\((\w+)\)s/g, (_all, name) => values[name]);
            const isChanged = names() !== before;
            output.textContent = isChanged ? `${text} ${form.dataset.unsaved}` : text;
            sent.value = names();
            sent.disabled = !isChanged;
        };
        const place = (moved, other, isAfter) => {
            other?.[isAfter ? "after" : "before"](moved);
            tell(moved);
        };

        for (const moved of body.rows) {
            const [up, down] = moved.querySelectorAll("button");
            const step = (button) => {
                const isAfter = button === down;
                place(moved, isAfter ? moved.nextElementSibling : moved.previousElementSibling, isAfter);
                /* Moving a row takes the focus away. */
                button.focus();
            };
            for (const button of [up, down]) {
                button.type = "button";
                button.addEventListener("click", () => step(button));
                button.addEventListener("keydown", (event) => {
                    const wanted = { ArrowUp: up, ArrowDown: down }[event.key];
                    if (wanted) {
                        event.preventDefault();
                        step(wanted);
                    }
                });
            }

            const handle = moved.querySelector(".drupal-handle");
            handle.hidden = false;
            handle.addEventListener("pointerdown", (event) => {
                event.preventDefault();
                moved.classList.add("dragged");
                /* The document has what the handle loses as its row is put elsewhere. */
                const done = new AbortController();
                const end = () => { moved.classList.remove("dragged"); done.abort(); };
                document.addEventListener("pointermove", drag, { signal: done.signal });
                document.addEventListener("pointerup", end, { signal: done.signal });
                document.addEventListener("pointercancel", end, { signal: done.signal });
            });
            const drag = ({ clientY }) => {
                const other = [...body.rows].find((each) => {
                    const { top, bottom } = each.getBoundingClientRect();
                    return each !== moved && clientY > top && clientY < bottom;
                });
                if (other) {
                    const { top, height } = other.getBoundingClientRect();
                    const isBelow = other.sectionRowIndex > moved.sectionRowIndex;
                    if (isBelow === clientY > top + height / 2) {
                        place(moved, other, isBelow);
                    }
                }
            };
        }

        row.hidden = false;
        form.addEventListener("submit", () => { isSent = true; });
        window.addEventListener("beforeunload", (event) => {
            if (names() !== before && !isSent) {
                event.preventDefault();
            }
        });
    }

    /* A machine name that is made of the label, until somebody writes another one. */
    function name(label, input) {
        const begin = input.value;
        let made = begin;
        label.addEventListener("input", () => {
            if (input.value === made) {
                const plain = label.value.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
                const words = plain.replace(/[^a-z0-9]+/g, "_").replace(/^_+|_+$/g, "");
                made = `${begin}${words}`.slice(0, input.maxLength);
                input.value = made;
            }
        });
    }

    /* The bundles of the entity type that is referred to, and none of the others. */
    function targets(type, boxes) {
        const show = () => {
            for (const box of boxes) {
                const isOther = !box.value.startsWith(`${type.value}:`);
                box.checked = box.checked && !isOther;
                box.closest("#id_setting_handler_settings_target_bundles > div").hidden = isOther;
            }
            const list = document.getElementById("id_setting_handler_settings_target_bundles");
            list.closest(".form-row").hidden = [...list.children].every((each) => each.hidden);
            for (const part of ["auto_create", "auto_create_bundle"]) {
                const row = document.querySelector(`.field-setting_handler_settings_${part}`);
                row.hidden = type.value !== "taxonomy_term";
            }
        };
        type.addEventListener("change", show);
        show();
    }

    document.addEventListener("DOMContentLoaded", () => {
        const form = document.getElementById("fields-order");
        if (form) {
            order(form);
        }
        const input = document.getElementById("id_name");
        if (input) {
            name(document.getElementById("id_label"), input);
        }
        const type = document.getElementById("id_setting_target_type");
        const boxes = document.querySelectorAll("[name=setting_handler_settings_target_bundles]");
        if (type && boxes.length) {
            targets(type, boxes);
        }
    });
}
