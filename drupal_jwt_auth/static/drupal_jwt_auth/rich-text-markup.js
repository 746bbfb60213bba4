/* Texts in HTML, for the editor in rich-text.js: what a format allows, what a text says, and how what
   was edited is written. */

/* Attributes are carried through the editor below names of its own, so that the page of the admin is
   never given what the author of a text has written: no handlers, no ids, no links. */
const CARRIED = "data-kept-";
const LOOSE = "data-loose";
const NEVER = /^(?:on|style$|data-kept-|data-loose$)|[^\w.:-]/;
const PASTED = /^(?:alt|cite|dir|height|href|hreflang|lang|src|start|style|title|width)$/;

const SPACE = /[ \t\n\r\f]+/g;
const LINES = new Set(["p", "h1", "h2", "h3", "h4", "h5", "h6", "pre"]);
const BLOCKS = new Set([...LINES, "blockquote", "hr", "img", "ol", "ul"]);
const PHRASES = ["abbr", "cite", "dfn", "kbd", "mark", "samp", "small", "var"];
const MARKS = new Set([...PHRASES, "a", "code", "em", "s", "strong", "sub", "sup", "u"]);
const NO_WORDS = `:not(${[...MARKS, "br", "img"].join()})`;

const fits = (pattern, name) => (
    pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern
);

/* Return what is there once a text is parsed; nothing in it is loaded, and nothing runs. */
function parsed(html) {
    const template = document.createElement("template");
    template.innerHTML = html;
    return template.content;
}

/* What a format allows, by what each of its filters leaves: attributes by tags, and their values. */
export class Markup {
    constructor(restrictions) {
        this.restrictions = restrictions;
    }

    allows(...tags) {
        return this.restrictions.every((each) => tags.every((tag) => Object.hasOwn(each, tag)));
    }

    /* Return what is allowed of the attributes that an element carries, as values by names; of those
       that it has where it carries none. */
    attributes({ localName, attributes }, onlyCarried = false) {
        const given = [...attributes].map(({ name, value }) => [name, value]);
        const carried = given.filter(([name]) => name.startsWith(CARRIED))
            .map(([name, value]) => [name.slice(CARRIED.length), value]);
        return Object.fromEntries(
            (onlyCarried || carried.length ? carried : given)
                .map(([name, value]) => [name, this.value(localName, name, value)])
                .filter(([, value]) => value !== null),
        );
    }

    /* Return what is allowed of the value of an attribute, null where the attribute is not. */
    value(tag, name, value) {
        return this.restrictions.reduce((left, each) => {
            const rules = each[tag] ?? {};
            const rule = Object.hasOwn(rules, name)
                ? name : Object.keys(rules).find((pattern) => fits(pattern, name));
            if (left === null || rule === undefined) {
                return null;
            }
            const values = rules[rule];
            const chosen = left.split(SPACE)
                .filter((word) => word && values?.some((pattern) => fits(pattern, word)));
            return values === null ? left : chosen.join(" ") || null;
        }, NEVER.test(name) ? null : value);
    }
}

const isBlank = (node) => node.nodeType === Node.TEXT_NODE && !node.data.replace(SPACE, "");

/* Tell whether an image is a block of its own, not part of a line. */
function standsAlone(image) {
    const isBeside = (node, step) => (
        node && isBlank(node) ? isBeside(node[step], step) : !node || BLOCKS.has(node.localName)
    );
    return [undefined, "body", "blockquote"].includes(image.parentNode.localName)
        && isBeside(image.previousSibling, "previousSibling")
        && isBeside(image.nextSibling, "nextSibling");
}

/* Tell whether a mark is on words: not on nothing, and not on blocks. */
function marksWords(element) {
    return !Array.from(element.childNodes).every(isBlank) && !element.querySelector(NO_WORDS);
}

const opening = ({ localName, attributes }) => {
    const named = [...attributes].map(({ name, value }) => [name, value]).sort();
    return `<${localName} ${JSON.stringify(named)}>`;
};
const BREAK = "<br []>";

/* Return the signs of a line, each with its marks, and with white space as browsers show it. */
function shown(line) {
    const signs = [];
    for (const [sign, marks] of line) {
        const last = signs.at(-1)?.[0] ?? BREAK;
        const isIdle = sign === " " && (last === " " || last === BREAK);
        if (last === " " && sign === BREAK) {
            signs.pop();
        }
        if (!isIdle) {
            signs.push([sign, marks]);
        }
    }
    if (signs.at(-1)?.[0] === " ") {
        signs.pop();
    }
    return signs;
}

/* Return what a text says, so that two can be compared: blocks, and words with their marks, whatever
   the order of these and of attributes. What is in no paragraph is as good as in one, but for images. */
function meaning(root) {
    const said = [];
    let line = [];

    const endLine = (parent) => {
        const signs = shown(line);
        const isBare = signs.length && !LINES.has(parent.localName);
        const hasImage = signs.some(([sign]) => sign.startsWith("<img "));
        let marked = "";
        if (isBare) {
            said.push(hasImage ? "<>" : "<p []>");
        }
        for (const [sign, marks] of signs) {
            said.push(marks === marked ? "" : `<=${marks}>`, sign);
            marked = marks;
        }
        if (isBare) {
            said.push("</>");
        }
        line = [];
    };
    const visit = (parent, marks, isPre) => {
        const marked = [...marks].sort().join("");
        for (const node of parent.childNodes) {
            const { localName: tag } = node;
            if (node.nodeType === Node.TEXT_NODE) {
                const text = node.data.replaceAll("<", "&lt;");
                const signs = isPre ? [`=${text}`] : text.replace(SPACE, " ").split(/( )/);
                for (const sign of signs.filter(Boolean)) {
                    line.push([sign, marked]);
                }
            } else if (MARKS.has(tag) && marksWords(node)) {
                visit(node, [...marks, opening(node)], isPre);
            } else if (MARKS.has(tag) || tag === "br" || (tag === "img" && !standsAlone(node))) {
                line.push([opening(node), marked]);
            } else if (node.nodeType === Node.ELEMENT_NODE) {
                endLine(parent);
                said.push(opening(node));
                visit(node, [], isPre || tag === "pre");
                endLine(node);
                said.push("</>");
            } else {
                line.push(["<!>", marked]);
            }
        }
    };
    visit(root, [], false);
    endLine(root);
    return said.join("");
}

/* Tell whether two texts say the same. With tags that a browser leaves out or adds, nobody knows. */
export function saysTheSame(html, other) {
    const content = parsed(html);
    const tags = html.match(/<[a-z]/gi)?.length ?? 0;
    return tags === content.querySelectorAll("*").length
        && meaning(content) === meaning(parsed(other));
}

/* Return a text as it can be pasted: words, structure, links and images. */
export function pasted(html) {
    const template = document.createElement("template");
    template.innerHTML = html;
    for (const element of template.content.querySelectorAll("*")) {
        for (const { name } of [...element.attributes]) {
            if (!PASTED.test(name) && !name.startsWith("data-pm-") && !name.startsWith(CARRIED)) {
                element.removeAttribute(name);
            }
        }
    }
    return template.innerHTML;
}

/* A format's language: the parts of the editor that make what is allowed, and no others. */
export class Language {
    constructor(tiptap, restrictions) {
        this.model = tiptap.pm.model;
        this.markup = new Markup(restrictions);
        this.extensions = this.parts(tiptap);
        this.schema = tiptap.getSchema(this.extensions);
    }

    /* Return the document that a text is read as. */
    read(html) {
        return this.model.DOMParser.fromSchema(this.schema).parse(parsed(html));
    }

    /* Return a document as text: attributes as they are called, no paragraphs for single lines. */
    write(doc) {
        const root = document.implementation.createHTMLDocument().createElement("div");
        root.append(
            this.model.DOMSerializer.fromSchema(doc.type.schema)
                .serializeFragment(doc.content, { document: root.ownerDocument }),
        );
        const tight = root.querySelectorAll(`li:not([${LOOSE}])`);
        for (const element of root.querySelectorAll("*")) {
            /* What is not carried is the editor's own, but for the language of what is preformatted. */
            const isOwn = !element.matches("pre > code");
            const kept = this.markup.attributes(element, isOwn);
            for (const { name } of [...element.attributes]) {
                element.removeAttribute(name);
            }
            for (const [name, value] of Object.entries(kept)) {
                element.setAttribute(name, value);
            }
        }
        for (const { children: [first, ...others] } of tight) {
            if (others.every(({ localName }) => /^[ou]l$/.test(localName)) && !first.attributes.length) {
                first.replaceWith(...first.childNodes);
            }
        }
        return root.innerHTML === "<p></p>" ? "" : root.innerHTML;
    }

    parts(tiptap) {
        const allowed = [
            [["p", "br"], tiptap.Document, tiptap.Text, tiptap.Paragraph, tiptap.HardBreak],
            [["a"], link(tiptap)],
            [["code"], tiptap.Code.extend({ excludes: "" })],
            [["em"], tiptap.Italic],
            [["s"], tiptap.Strike],
            [["strong"], tiptap.Bold],
            [["sub"], tiptap.Subscript],
            [["sup"], tiptap.Superscript],
            [["u"], tiptap.Underline],
            ...PHRASES.map((tag) => [[tag], phrase(tiptap, tag)]),
            ...[1, 2, 3, 4, 5, 6].map((level) => [[`h${level}`], level]),
            [["ul", "li"], tiptap.BulletList],
            [["ol", "li"], tiptap.OrderedList],
            [["li"], item(tiptap)],
            [["blockquote"], tiptap.Blockquote],
            [["hr"], tiptap.HorizontalRule],
            [["pre", "code"], tiptap.CodeBlock],
            [["img"], image(tiptap, "image", false), image(tiptap, "inlineImage", true)],
        ].filter(([tags]) => this.markup.allows(...tags)).flatMap(([, ...parts]) => parts);
        const levels = allowed.filter(Number.isInteger);
        const parts = allowed.filter((part) => !Number.isInteger(part));
        if (levels.length) {
            parts.push(tiptap.Heading.configure({ levels }));
        }
        const kept = {
            default: {},
            keepOnSplit: false,
            parseHTML: (element) => this.markup.attributes(element),
            renderHTML: (attributes) => Object.fromEntries(
                Object.entries(attributes.kept).map(([name, value]) => [CARRIED + name, value]),
            ),
        };
        const types = parts.map(({ name }) => name).filter((name) => !/^(?:doc|text)$/.test(name));
        return [
            ...parts,
            tiptap.UndoRedo,
            tiptap.Gapcursor,
            tiptap.Dropcursor,
            tiptap.Extension.create({
                name: "carrying",
                addGlobalAttributes: () => [{ types, attributes: { kept } }],
            }),
        ];
    }
}

function link({ Mark }) {
    return Mark.create({
        name: "link",
        priority: 1000,
        inclusive: false,
        parseHTML: () => [{ tag: "a" }],
        renderHTML: ({ HTMLAttributes }) => ["a", HTMLAttributes, 0],
    });
}

function phrase({ Mark }, tag) {
    return Mark.create({
        name: tag,
        priority: 900,
        parseHTML: () => [{ tag }],
        renderHTML: ({ HTMLAttributes }) => [tag, HTMLAttributes, 0],
    });
}

function item({ ListItem }) {
    return ListItem.extend({
        addAttributes: () => ({
            loose: {
                default: false,
                keepOnSplit: false,
                parseHTML: ({ firstElementChild }) => firstElementChild?.localName === "p",
                renderHTML: ({ loose }) => (loose ? { [LOOSE]: "" } : {}),
            },
        }),
    });
}

function image({ Node: Block }, name, isInline) {
    return Block.create({
        name,
        group: isInline ? "inline" : "block",
        inline: isInline,
        draggable: true,
        parseHTML: () => [
            { tag: "img", getAttrs: (element) => (standsAlone(element) === isInline ? false : null) },
        ],
        renderHTML: ({ HTMLAttributes }) => {
            const alt = HTMLAttributes[`${CARRIED}alt`] ?? "";
            const src = HTMLAttributes[`${CARRIED}src`] ?? "";
            const isWeb = URL.canParse(src, document.baseURI)
                && /^https?:$/.test(new URL(src, document.baseURI).protocol);
            return ["img", { ...HTMLAttributes, alt, ...isWeb ? { src } : {} }];
        },
    });
}
