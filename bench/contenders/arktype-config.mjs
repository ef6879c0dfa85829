/** For arktype.mjs, before arktype is loaded: an optional member may be undefined, as in the other libraries. */
import { configure } from "arktype/config";

configure({ exactOptionalPropertyTypes: false });
