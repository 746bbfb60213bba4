/* Go on with the next portion as soon as the page is there that shows how far it is. */
"use strict";

document.getElementById("portions").requestSubmit();
