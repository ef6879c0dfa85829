/** For the host pages: what most of them have. */

/** The element as a restaurant embeds it, with the page's own controls in its slots. */
export const FORM = `<diner-form microsite="oak-and-salt" country="GB"
  fields="Title FirstName Surname Email Mobile Birthday Address ReceiveRestaurantEmailMarketing">
  <p slot="before"><label for="visit">Date</label> <input id="visit" name="BookingDate" type="date" required></p>
  <p slot="before"><label for="party">Guests</label>
    <select id="party" name="PartySize"><option>1</option><option selected>2</option><option>3</option></select></p>
  <p slot="after"><label for="wishes">Anything we should know?</label>
    <textarea id="wishes" name="Wishes" rows="2" placeholder="A high chair, a quiet table"></textarea></p>
  <p slot="help">Or call us: <a href="tel:+441632960018">01632 960018</a></p>
</diner-form>`;

/** A page of a restaurant around the form. */
export const pageOf = ({ title, head, form = FORM }) => `<!doctype html>
<html lang="en-GB"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title><link rel="icon" href="data:,">${head}</head>
<body><main><h1>Oak &amp; Salt</h1><p>Wood fire, slow salt. <a href="#book">See the menu</a></p>
<h2 id="book">Your table</h2>${form}</main></body></html>`;
