/* The editor for texts in HTML: beside a select box of formats, for the textarea of the same row.

   The textarea stays what is sent. It changes as somebody edits, and where that is undone, what was
   there before is there again to the last character. A text that the editor cannot hold is shown in
   the textarea. */
"use strict";

(() => {
    const addresses = document.currentScript.dataset;
    const words = JSON.parse(addresses.words);
    /* Name, icon and command; what a format does not allow is no command of its editor. */
    const TOOLS = [
        ["bold", "format_bold", "toggleBold"],
        ["italic", "format_italic", "toggleItalic"],
        ["underline", "format_underlined", "toggleUnderline"],
        ["strike", "strikethrough_s", "toggleStrike"],
        ["code", "code", "toggleCode"],
        ["subscript", "subscript", "toggleSubscript"],
        ["superscript", "superscript", "toggleSuperscript"],
        ["bulletList", "format_list_bulleted", "toggleBulletList"],
        ["orderedList", "format_list_numbered", "toggleOrderedList"],
        ["blockquote", "format_quote", "toggleBlockquote"],
        ["horizontalRule", "horizontal_rule", "setHorizontalRule"],
        ["undo", "undo", "undo"],
        ["redo", "redo", "redo"],
    ];
    let loading = null;
    let count = 0;

    const make = (tag, properties, ...children) => {
        const element = Object.assign(document.createElement(tag), properties);
        element.append(...children);
        return element;
    };

    /* Themes put inputs of their own in the place of select boxes, and tell jQuery alone. */
    const onChange = (select, act) => {
        const query = window.jQuery ?? window.django?.jQuery;
        if (query) {
            query(select).on("change", act);
        } else {
            select.addEventListener("change", act);
        }
    };

    const makeButton = (name, onClick, icon) => {
        const button = make("button", { type: "button" }, words[name]);
        if (icon) {
            button.title = words[name];
            button.setAttribute("aria-label", words[name]);
            button.className = "material-icons";
            button.textContent = icon;
        }
        /* What is selected in the text stays so. */
        button.addEventListener("mousedown", (event) => event.preventDefault());
        button.addEventListener("click", onClick);
        return button;
    };

    /* Let the tab key stop once in a toolbar, and the arrow keys go on from there. */
    function makeToolbar(...parts) {
        const bar = make("div", { className: "drupal-rich-text-bar" }, ...parts);
        const stops = () => [...bar.querySelectorAll("select, button")];
        bar.setAttribute("role", "toolbar");
        bar.setAttribute("aria-label", words.toolbar);
        bar.addEventListener("focusin", ({ target }) => {
            for (const stop of stops()) {
                stop.tabIndex = stop === target ? 0 : -1;
            }
        });
        bar.addEventListener("keydown", (event) => {
            const all = stops();
            const place = all.indexOf(event.target);
            const next = {
                ArrowRight: place + 1, ArrowLeft: place - 1, Home: 0, End: -1,
            }[event.key];
            if (next !== undefined) {
                event.preventDefault();
                all.at(next % all.length).focus();
            }
        });
        return bar;
    }

    /* Ask for the address of a link; none takes the link away. */
    function askForAddress(editor) {
        const { kept = {} } = editor.getAttributes("link");
        const input = make("input", { type: "text", value: kept.href ?? "", inputMode: "url" });
        const dialog = make("dialog", { className: "drupal-rich-text-link" });
        const apply = () => {
            const href = input.value.trim();
            const attributes = { kept: { ...kept, href } };
            const chain = editor.chain().focus().extendMarkRange("link");
            dialog.close();
            if (!href) {
                chain.unsetMark("link").run();
            } else if (editor.state.selection.empty && !editor.isActive("link")) {
                const marks = [{ type: "link", attrs: attributes }];
                chain.insertContent({ type: "text", text: href, marks }).run();
            } else {
                chain.setMark("link", attributes).run();
            }
        };
        input.addEventListener("keydown", (event) => {
            if (event.key === "Enter") {
                event.preventDefault();
                apply();
            }
        });
        dialog.append(
            make("label", {}, words.address, input),
            makeButton("apply", apply),
            makeButton("cancel", () => dialog.close()),
        );
        dialog.addEventListener("close", () => dialog.remove());
        editor.view.dom.after(dialog);
        dialog.showModal();
    }

    class RichText {
        constructor(select, textarea, { tiptap, Language, saysTheSame, pasted }) {
            Object.assign(this, { select, textarea, tiptap, Language, saysTheSame, pasted });
            this.formats = JSON.parse(select.dataset.richText);
            this.wantsSource = false;
            this.editor = null;
            this.tools = make("span", { className: "drupal-rich-text-tools" });
            this.source = makeButton("source", () => this.toggle());
            this.note = make("p", { className: "help" });
            this.note.setAttribute("role", "status");
            this.place = make("div", { className: "drupal-rich-text-place" });
            const bar = makeToolbar(this.tools, this.source);
            this.frame = make("div", { className: "drupal-rich-text" }, bar, this.note, this.place);
            textarea.before(this.frame);
            onChange(select, () => this.show());
            for (const label of textarea.labels) {
                label.id ||= `drupal-rich-text-${count += 1}`;
                label.addEventListener("click", () => this.editor?.commands.focus());
            }
            this.show();
        }

        /* Show the editor if the format has one that can hold the text, else the textarea. */
        show() {
            const restrictions = this.formats[this.select.value];
            const hadFocus = document.activeElement === this.textarea;
            this.close();
            this.note.textContent = "";
            this.frame.hidden = !restrictions;
            if (restrictions && !this.wantsSource && !this.open(restrictions)) {
                this.note.textContent = words.kept;
            }
            const isEdited = this.editor !== null;
            this.textarea.hidden = isEdited;
            this.place.hidden = this.tools.hidden = !isEdited;
            this.source.setAttribute("aria-pressed", String(!isEdited));
            if (isEdited && hadFocus) {
                this.editor.commands.focus("end");
            }
        }

        toggle() {
            this.wantsSource = this.editor !== null;
            this.show();
            (this.editor?.commands ?? this.textarea).focus();
        }

        close() {
            this.editor?.destroy();
            this.editor = null;
            this.tools.replaceChildren();
        }

        /* Return whether the text can be edited in a format with these restrictions. */
        open(restrictions) {
            const { tiptap, textarea } = this;
            const before = textarea.value;
            const language = new this.Language(tiptap, restrictions);
            const content = language.read(before);
            if (!this.saysTheSame(before, language.write(content))) {
                return false;
            }
            const editor = new tiptap.Editor({
                element: this.place,
                extensions: language.extensions,
                content: content.toJSON(),
                injectCSS: false,
                editorProps: { attributes: this.described(), transformPastedHTML: this.pasted },
            });
            const first = editor.state.doc;
            editor.on("update", () => {
                const { doc } = editor.state;
                textarea.value = doc.eq(first) ? before : language.write(doc);
                textarea.dispatchEvent(new Event("input", { bubbles: true }));
            });
            this.editor = editor;
            this.fill(editor);
            return true;
        }

        /* Return what tells of the textarea, for the editor in its place. */
        described() {
            const { textarea } = this;
            const attributes = {
                role: "textbox",
                "aria-multiline": "true",
                "aria-labelledby": Array.from(textarea.labels, ({ id }) => id).join(" "),
            };
            for (const name of ["aria-invalid", "aria-describedby"]) {
                if (textarea.hasAttribute(name)) {
                    attributes[name] = textarea.getAttribute(name);
                }
            }
            return attributes;
        }

        /* Put the tools into the bar. */
        fill(editor) {
            const run = ({ detail }, command) => {
                /* Whoever has clicked goes on writing; whoever came by keyboard is still in the bar. */
                (detail ? editor.chain().focus() : editor.chain())[command]().run();
            };
            const buttons = TOOLS.filter(([, , command]) => command in editor.commands)
                .map(([name, icon, command]) => {
                    const button = makeButton(name, (event) => run(event, command), icon);
                    return { name, button, isPossible: () => editor.can()[command]() };
                });
            if ("link" in editor.schema.marks) {
                const button = makeButton("link", () => askForAddress(editor), "link");
                const place = buttons.findIndex(({ name }) => /List|quote|horizontal|undo/.test(name));
                buttons.splice(place, 0, { name: "link", button, isPossible: () => true });
            }
            const kinds = this.kinds(editor);
            const tell = () => {
                kinds.tell();
                for (const { name, button, isPossible } of buttons) {
                    if (!/^(?:undo|redo|horizontalRule)$/.test(name)) {
                        button.setAttribute("aria-pressed", String(editor.isActive(name)));
                    }
                    button.setAttribute("aria-disabled", String(!isPossible()));
                }
            };
            this.tools.append(kinds.select, ...buttons.map(({ button }) => button));
            editor.on("transaction", tell);
            tell();
        }

        /* Return a select box for the kind of a paragraph, and what lets it tell which one it is. */
        kinds(editor) {
            const { schema, extensionManager } = editor;
            const heading = extensionManager.extensions.find(({ name }) => name === "heading");
            const kinds = [
                ["paragraph", words.paragraph],
                ...(heading?.options.levels ?? []).map(
                    (level) => [`${level}`, words.heading.replace("%(level)s", level)],
                ),
                ...schema.nodes.codeBlock ? [["codeBlock", words.codeBlock]] : [],
            ];
            const select = make("select", {}, ...kinds.map(([value, label]) => new Option(label, value)));
            select.setAttribute("aria-label", words.block);
            select.addEventListener("change", () => {
                const level = Number(select.value);
                if (level) {
                    editor.commands.setHeading({ level });
                } else {
                    editor.commands[select.value === "codeBlock" ? "setCodeBlock" : "setParagraph"]();
                }
            });
            const tell = () => {
                const { type, attrs } = editor.state.selection.$head.parent;
                select.value = type.name === "heading" ? `${attrs.level}` : type.name;
            };
            return { select, tell };
        }
    }

    function load() {
        loading ??= Promise.all([import(addresses.editor), import(addresses.markup)])
            .then(([tiptap, markup]) => ({ tiptap, ...markup }));
        return loading;
    }

    async function setUp(root) {
        const pairs = Array.from(root.querySelectorAll("select[data-rich-text]"), (select) => {
            const name = CSS.escape(select.name.replace(/-format$/, "-value"));
            return [select, root.querySelector(`textarea[name="${name}"]`)];
        }).filter(([select, textarea]) => textarea && select.dataset.richText !== "{}");
        if (pairs.length) {
            const parts = await load();
            for (const [select, textarea] of pairs) {
                new RichText(select, textarea, parts);
            }
        }
    }

    /* Where the editor cannot be loaded, there are the textareas. */
    const begin = (root) => setUp(root).catch((error) => console.warn(error));

    document.addEventListener("DOMContentLoaded", () => begin(document));
    document.addEventListener("drupal:row", ({ target }) => begin(target));
})();
