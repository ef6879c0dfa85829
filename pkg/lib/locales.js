/** For servers: the words of every language that the package has, by their tags. A page loads the one it needs. */
import ar from "../dist/locales/ar.js";
import da from "../dist/locales/da.js";
import de from "../dist/locales/de.js";
import en from "../dist/locales/en.js";
import es from "../dist/locales/es.js";
import fr from "../dist/locales/fr.js";
import it from "../dist/locales/it.js";
import ja from "../dist/locales/ja.js";
import nb from "../dist/locales/nb.js";
import nl from "../dist/locales/nl.js";
import pl from "../dist/locales/pl.js";
import pt from "../dist/locales/pt.js";
import sv from "../dist/locales/sv.js";
import zhHans from "../dist/locales/zh-Hans.js";

export default { ar, da, de, en, es, fr, it, ja, nb, nl, pl, pt, sv, "zh-Hans": zhHans };
