/**
 * For whoever builds a microsite: all that the page has to do. Date, time and party size are the page's own fields,
 * which a real page would send to its booking system. The widget sends the guest's details.
 */
import { EVENTS } from "../widget/events.js";
import { RESTAURANTS } from "./restaurants.js";

const form = document.querySelector("diner-form");
const microsite = new URLSearchParams(location.search).get("microsite") ?? "oak-and-salt";
const restaurant = RESTAURANTS[microsite];
if (restaurant) show(restaurant);

const current = document.querySelector(`footer a[href="?microsite=${CSS.escape(microsite)}"]`);
current?.setAttribute("aria-current", "page");

const date = form.querySelector("[name=BookingDate]");
date.min = isoDate(new Date());
date.value = isoDate(tomorrow());

form.addEventListener(EVENTS.created, ({ detail }) => {
  const [day, time, party] = ["BookingDate", "BookingTime", "PartySize"].map(
    (name) => form.querySelector(`[name=${name}]`).value,
  );
  const when = new Date(`${day}T00:00`).toLocaleDateString("en-GB", { weekday: "long", day: "numeric", month: "long" });
  const guests = party === "1" ? "one guest" : `${party} guests`;
  form.querySelector("[data-booked]").textContent = `${when} at ${time}, ${guests}. Your guest number is ${detail.Id}.`;
});

function show({ menu, ...texts }) {
  document.documentElement.dataset.microsite = microsite;
  document.title = texts.name;
  for (const node of document.querySelectorAll("[data-text]")) node.textContent = texts[node.dataset.text] ?? "";
  const courses = Object.entries(menu).map(([course, dishes]) => {
    const list = make(
      "dl",
      ...Object.entries(dishes).flatMap(([dish, price]) => [make("dt", dish), make("dd", `${price}`)]),
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

function tomorrow() {
  const day = new Date();
  day.setDate(day.getDate() + 1);
  return day;
}

/** The local calendar date in the format of a date input. */
function isoDate(day) {
  return [day.getFullYear(), day.getMonth() + 1, day.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
}
