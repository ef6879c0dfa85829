/**
 * For served.js, which loads this script by its name with a hash and gives it the function `take`: the later part of the
 * widget, with the English words that the form needs once it is drawn.
 */
import * as later from "./later.js";
import { loadRules } from "./rules.js";
import words from "guest-words";

document.currentScript.take({ ...later, loadRules, words });
