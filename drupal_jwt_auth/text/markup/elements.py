"""The names of elements and attributes that Drupal's HTML parser knows, and their rules.

Facts as masterminds/html5 2.10 (MIT licence) holds them: an older state of HTML than today's, which
is why they are written down here and not taken from a current parser.
"""

VOID = 1  #: has no content and no end tag
RAW = 2  #: everything up to the end tag is text, taken as it is
RCDATA = 4  #: everything up to the end tag is text with character references
CLOSES_P = 8  #: a start tag ends an open paragraph
BLOCK = 16  #: a start tag ends the paragraph that was opened last
HTML = 32  #: an element of HTML: ``/>`` does not end it

_FLAGS = {
    VOID: "area base basefont bgsound br col command embed frame hr img input isindex keygen link "
    "meta param source track wbr",
    RAW: "iframe noembed noframes script style",
    RCDATA: "textarea title xmp",
    CLOSES_P: "article aside blockquote center details dialog dir div dl fieldset figcaption "
    "figure footer form h1 h2 h3 h4 h5 h6 header hgroup listing menu nav ol p plaintext pre "
    "section summary ul xmp",
    BLOCK: "address article aside blockquote canvas dd div dl fieldset figcaption figure footer "
    "form h1 h2 h3 h4 h5 h6 header hgroup hr noscript ol output p pre section table tfoot ul",
    HTML: "a abbr address applet area article aside audio b base basefont bdi bdo bgsound "
    "blockquote body br button canvas caption center cite code col colgroup command datalist dd "
    "del details dfn dialog dir div dl dt em embed fieldset figcaption figure footer form frame "
    "frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html i iframe img input ins isindex kbd "
    "keygen label legend li link listing map mark marquee menu meta meter nav noembed noframes "
    "noscript object ol optgroup option output p param plaintext pre progress q rp rt ruby s samp "
    "script section select small source span strong style sub summary sup table tbody td textarea "
    "tfoot th thead time title tr track u ul var video wbr xmp",
}


def _flags() -> dict[str, int]:
    flags: dict[str, int] = {}
    for flag, names in _FLAGS.items():
        for name in names.split():
            flags[name] = flags.get(name, 0) | flag
    return flags


def _by_lower_case(names: str) -> dict[str, str]:
    return {name.lower(): name for name in names.split()}


#: Name -> the flags above, or'ed.
FLAGS = _flags()

#: A start tag of the key ends the open element if it is one of these, one after the other.
OPTIONAL_END = {
    "tr": ("td", "tr"),
    "td": ("td", "th"),
    "th": ("td", "th"),
    "tfoot": ("td", "th", "tr", "tbody", "thead"),
    "tbody": ("td", "th", "tr", "thead"),
}

#: A start tag of the key becomes a sibling, not a child, of the open element if it is one of these.
SIBLINGS = {
    "li": ("li",),
    "dd": ("dt", "dd"),
    "dt": ("dt", "dd"),
    "rt": ("rt", "rp"),
    "rp": ("rt", "rp"),
    "optgroup": ("optgroup",),
    "option": ("option",),
    "tr": ("tr",),
    "td": ("th", "td"),
    "th": ("th", "td"),
    "tbody": ("thead", "tfoot", "tbody"),
    "thead": ("thead", "tfoot", "tbody"),
    "tfoot": ("thead", "tfoot", "tbody"),
    "table": ("thead", "tfoot", "tbody"),
}

#: Lower case -> the case SVG demands.
SVG_ELEMENTS = _by_lower_case(
    "altGlyph altGlyphDef altGlyphItem animateColor animateMotion animateTransform clipPath "
    "feBlend feColorMatrix feComponentTransfer feComposite feConvolveMatrix feDiffuseLighting "
    "feDisplacementMap feDistantLight feFlood feFuncA feFuncB feFuncG feFuncR feGaussianBlur "
    "feImage feMerge feMergeNode feMorphology feOffset fePointLight feSpecularLighting feSpotLight "
    "feTile feTurbulence foreignObject glyphRef linearGradient radialGradient textPath"
)
SVG_ATTRIBUTES = _by_lower_case(
    "attributeName attributeType baseFrequency baseProfile calcMode clipPathUnits "
    "contentScriptType contentStyleType diffuseConstant edgeMode externalResourcesRequired "
    "filterRes filterUnits glyphRef gradientTransform gradientUnits kernelMatrix kernelUnitLength "
    "keyPoints keySplines keyTimes lengthAdjust limitingConeAngle markerHeight markerUnits "
    "markerWidth maskContentUnits maskUnits numOctaves pathLength patternContentUnits "
    "patternTransform patternUnits pointsAtX pointsAtY pointsAtZ preserveAlpha preserveAspectRatio "
    "primitiveUnits refX refY repeatCount repeatDur requiredExtensions requiredFeatures "
    "specularConstant specularExponent spreadMethod startOffset stdDeviation stitchTiles "
    "surfaceScale systemLanguage tableValues targetX targetY textLength viewBox viewTarget "
    "xChannelSelector yChannelSelector zoomAndPan"
)
MATHML_ATTRIBUTES = _by_lower_case("definitionURL")

#: Prefixes whose namespace needs no declaration.
NAMESPACES = {
    "xml": "http://www.w3.org/XML/1998/namespace",
    "xmlns": "http://www.w3.org/2000/xmlns/",
    "xlink": "http://www.w3.org/1999/xlink",
}

#: Namespaces that are never written out as ``xmlns:...``.
UNWRITTEN_NAMESPACES = frozenset(
    {
        "http://www.w3.org/1999/xhtml",
        "http://www.w3.org/2000/svg",
        "http://www.w3.org/1998/Math/MathML",
        NAMESPACES["xml"],
        NAMESPACES["xmlns"],
    }
)
