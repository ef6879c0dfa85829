/**
 * For whoever builds a microsite: all that the page has to do. The date, the time, the party and the requests are the
 * page's own fields. Once the widget has sent the guest's details, the page sends the table to the restaurant's booking
 * system, which is the demo's own server here, and shows what came of it.
 */
import { EVENTS } from "../widget/events.js";
import { clock, dayInWords, firstDay, inWords, lastDay, nearestTime, openOn, times, whyNoTable } from "./hours.js";
import { RESTAURANTS } from "./restaurants.js";

const BOOKINGS = "bookings";
const FIRST = "oak-and-salt";
const WISHED_TIME = "19:30";

const asked = new URLSearchParams(location.search).get("microsite");
const microsite = Object.hasOwn(RESTAURANTS, asked) ? asked : FIRST;
const { hours, name, theme, ...page } = RESTAURANTS[microsite];

const form = document.querySelector("diner-form");
const inForm = (selector) => form.querySelector(selector);
const [date, time, party, requests] = ["BookingDate", "BookingTime", "PartySize", "SpecialRequests"].map((field) =>
  inForm(`[name=${field}]`),
);
const [hint, booked, outcome, retry] = ["data-hours", "data-booked", "data-outcome", "data-retry"].map((mark) =>
  inForm(`[${mark}]`),
);

/** The time that the guest has chosen, which another day may not have. */
let wishedTime = WISHED_TIME;
/** The table that was sent, and the rows about the guest who sent it. */
let table;
let guest;

if (page.texts) showRestaurant(page);
form.setAttribute("theme", theme);
document.querySelector(`footer a[href="?microsite=${microsite}"]`).setAttribute("aria-current", "page");
beginTable();

date.addEventListener("input", offerTimes);
time.addEventListener("change", () => {
  wishedTime = time.value;
});
form.addEventListener(EVENTS.submit, ({ detail: { request } }) => {
  table = chosenTable();
  guest = aboutGuest(request);
  showRows(guest);
});
for (const event of [EVENTS.created, EVENTS.edited]) {
  form.addEventListener(event, ({ detail: { Id, isChanged } }) => {
    // The restaurant has other details than those that were sent last; the widget says so.
    if (isChanged) guest = {};
    // What was sent before the page was loaded again may be confirmed only now.
    table = { ...(table ?? chosenTable()), customer: Id };
    book();
  });
}
retry.addEventListener("click", book);
inForm("[data-another]").addEventListener("click", bookAnother);

// ---------------------------------------------------------------- the table

function beginTable() {
  const now = clock(new Date());
  date.min = now.day;
  date.max = lastDay(now);
  date.value = firstDay(hours, now);
  requests.value = "";
  offerTimes();
}

const chosenTable = () => ({
  microsite,
  day: date.value,
  time: time.value,
  party: Number(party.value),
  requests: requests.value.trim(),
});

/** Offers the times of the chosen day, or says why there are none. */
function offerTimes() {
  const now = clock(new Date());
  const day = date.value;
  const all = times(hours, day, now);
  const why = whyNoTable(hours, day, now);
  const chosen = all.length > 0 && nearestTime(all, wishedTime);
  time.replaceChildren(...(chosen ? all : ["–"]).map((each) => new Option(each, each, false, each === chosen)));
  time.disabled = !chosen;
  date.setCustomValidity(why);
  hint.textContent =
    why || `${dayInWords(day)}: open ${inWords(openOn(hours, day))}, and the last table is at ${all.at(-1)}.`;
}

/** Books the table that was sent, and says what came of it. A guest who has one already changes it. */
async function book() {
  retry.hidden = true;
  outcome.textContent = "Your details have arrived. Your table is being booked…";
  const { booking, why } = await sendTable(table);
  retry.hidden = Boolean(booking);
  outcome.textContent = booking
    ? `Your table is booked. We look forward to seeing you. Your booking number is ${booking.number}.`
    : `Your details have arrived, but your table is not booked. ${why}`;
  if (booking) showRows({ ...aboutTable(booking), ...guest });
}

/** Sends a table; resolves to `{ booking }`, as the booking system keeps it, or to `{ why }` it does not, in words. */
async function sendTable(sent) {
  try {
    const response = await fetch(BOOKINGS, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(sent),
    });
    const answer = await response.json();
    return response.ok ? { booking: answer } : { why: answer.Message };
  } catch {
    return { why: "We could not be reached: try again, or call us." };
  }
}

/** Shows the form again, as it was at first. */
function bookAnother() {
  form.reset();
  wishedTime = WISHED_TIME;
  beginTable();
  date.focus();
}

// ---------------------------------------------------------------- what is shown

/** The rows about the guest, as the details were sent. */
const aboutGuest = ({ FirstName, Surname, Email, MobileCountryCode, Mobile, PhoneCountryCode, Phone }) => ({
  Name: [FirstName, Surname].filter(Boolean).join(" "),
  Email,
  Mobile: Mobile && `+${MobileCountryCode} ${Mobile}`,
  Telephone: Phone && `+${PhoneCountryCode} ${Phone}`,
});

/** The rows about a table, as the booking system keeps it. */
const aboutTable = ({ customer, day, number, party: size, requests: said, time: at }) => ({
  Table: `${dayInWords(day)} at ${at}`,
  Guests: String(size),
  "You told us": said,
  "Booking number": String(number),
  "Guest number": String(customer),
});

/** Shows the rows that have a text. */
function showRows(rows) {
  const shown = Object.entries(rows).filter(([, text]) => text);
  booked.replaceChildren(...shown.map(([title, text]) => make("div", make("dt", title), make("dd", text))));
}

function showRestaurant({ menu, texts }) {
  document.documentElement.dataset.microsite = microsite;
  document.title = name;
  const lines = Object.fromEntries(Object.entries(hours).map(([days, open]) => [days, inWords(open)]));
  const all = { name, ...texts, ...lines };
  for (const node of document.querySelectorAll("[data-text]")) node.textContent = all[node.dataset.text] ?? "";
  const courses = Object.entries(menu).map(([course, dishes]) => {
    const list = make(
      "dl",
      ...Object.entries(dishes).flatMap(([dish, price]) => [make("dt", dish), make("dd", `£${price}`)]),
    );
    return make("section", make("h3", course), list);
  });
  document.querySelector("[data-menu]").replaceChildren(...courses);
  form.setAttribute("microsite", microsite);
}

function make(tag, ...children) {
  const node = document.createElement(tag);
  node.append(...children);
  return node;
}
