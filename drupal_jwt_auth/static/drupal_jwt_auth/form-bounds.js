/* Forms are counted before they are sent: one that is too large would be refused, and what was
   typed lost. Inputs for files in which there is none are left out, as these count as well. */
"use strict";

(() => {
    const { dataset } = document.currentScript;
    const encoder = new TextEncoder();

    /* Texts are sent with line breaks of two characters. */
    const sent = (text) => text.replace(/\r\n|\r|\n/g, "\r\n");

    const measure = (form) => {
        const pairs = [...new FormData(form)];
        const texts = pairs.filter(([, value]) => typeof value === "string")
            .map(([name, value]) => [name, sent(value)]);
        const isMultipart = form.enctype === "multipart/form-data";
        const bytes = isMultipart
            ? texts.reduce((sum, pair) => sum + encoder.encode(pair.join("")).length + 2, 0)
            : new URLSearchParams(texts).toString().length;
        return { bytes, inputs: texts.length, files: pairs.length - texts.length };
    };

    const told = (form, text) => {
        let note = form.querySelector(":scope > .drupal-form-bounds");
        if (!note) {
            note = document.createElement("p");
            note.className = "errornote drupal-form-bounds";
            note.setAttribute("role", "alert");
            note.tabIndex = -1;
            form.prepend(note);
        }
        note.textContent = text;
        note.focus();
    };

    const number = new Intl.NumberFormat(document.documentElement.lang || undefined);

    document.addEventListener("formdata", (event) => {
        const { formData } = event;
        for (const name of new Set(formData.keys())) {
            const values = formData.getAll(name);
            if (values.every((value) => value instanceof File && !value.name && !value.size)) {
                formData.delete(name);
            }
        }
    });

    document.addEventListener("submit", (event) => {
        const form = event.target;
        if (form.method !== "post") {
            return;
        }
        const measured = measure(form);
        for (const [what, limit] of [
            ["bytes", dataset.maxBytes], ["inputs", dataset.maxInputs], ["files", dataset.maxFiles],
        ]) {
            if (limit !== undefined && measured[what] > Number(limit)) {
                event.preventDefault();
                event.stopImmediatePropagation();
                const text = dataset[what].replace("%(count)s", number.format(measured[what]))
                    .replace("%(limit)s", number.format(limit));
                told(form, `${text} ${dataset.kept}`);
                return;
            }
        }
    }, true);
})();
