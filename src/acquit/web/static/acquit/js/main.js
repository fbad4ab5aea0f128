// The page's own behaviour: small modules that read what the templates declare in data attributes.
// Every page works without them; they add keys, selection, the palette and the loading state.
import { startAllocating } from "./allocate.js";
import { startCopying } from "./copy.js";
import { startDropping } from "./drop.js";
import { startHelp } from "./help.js";
import { startKeys } from "./keys.js";
import { startLoading } from "./loading.js";
import { startMenus } from "./menus.js";
import { startPalette } from "./palette.js";
import { startPicking } from "./pick.js";
import { startSelection } from "./selection.js";
import { startToasts } from "./toast.js";
import { startAskingWhy } from "./why.js";

startMenus();
startSelection();
startPalette();
startHelp();
startToasts();
startLoading();
startDropping();
startCopying();
startAllocating();
startPicking();
startAskingWhy();
startKeys();
document.documentElement.dataset.ready = "true";
