/** For the gateway's pages: their own words in every language that the package has, by their tags. */
import ar from "./ar.js";
import da from "./da.js";
import de from "./de.js";
import en from "./en.js";
import es from "./es.js";
import fr from "./fr.js";
import it from "./it.js";
import ja from "./ja.js";
import nb from "./nb.js";
import nl from "./nl.js";
import pl from "./pl.js";
import pt from "./pt.js";
import sv from "./sv.js";
import zhHans from "./zh-Hans.js";

export default { ar, da, de, en, es, fr, it, ja, nb, nl, pl, pt, sv, "zh-Hans": zhHans };
