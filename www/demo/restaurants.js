/**
 * For the demo: the three restaurants. `hours` are from and to, by the days that `hours.js` names; `theme` is the
 * widget's. The texts and the menu of the first one are in `index.html`, for browsers without JavaScript.
 */
export const RESTAURANTS = {
  "oak-and-salt": {
    name: "Oak & Salt",
    theme: "line",
    hours: { weekdays: ["17:30", "22:00"], weekend: ["12:00", "23:00"], sunday: ["12:00", "17:00"] },
  },
  "harbour-room": {
    name: "The Harbour Room",
    theme: "soft",
    hours: { weekdays: ["17:00", "21:30"], weekend: ["12:00", "22:00"], sunday: ["12:00", "16:00"] },
    texts: {
      place: "Quay House, Northwick Harbour",
      headline: "The day’s catch, a window on the water.",
      lead:
        "We buy from four boats that you can see from your table. What they land before noon is what we cook tonight, " +
        "simply, with butter, lemon and good bread.",
      note: "A lift takes you from the quay to the dining room. Well-behaved dogs are welcome downstairs.",
    },
    menu: {
      "Cold and raw": {
        "Oysters, each, shallot vinegar": 4,
        "Crab, apple, brown bread": 14,
        "Scallop, cucumber, dill oil": 13,
      },
      "From the boats": {
        "Skate wing, capers, brown butter": 23,
        "Hake, mussels, leek broth": 25,
        "Barley, seaweed, poached egg": 17,
      },
      Afterwards: { "Lemon posset, sea salt shortbread": 8, "Chocolate, rye, cream": 9, "Harbour blue, oatcakes": 10 },
    },
  },
  "little-lantern": {
    name: "Little Lantern",
    theme: "bold",
    hours: { weekdays: ["18:00", "23:30"], weekend: ["18:00", "01:00"], sunday: ["17:00", "22:00"] },
    texts: {
      place: "7 Chandler’s Row, Northwick",
      headline: "Noodles until the last lantern is out.",
      lead:
        "Sixteen seats at one long counter. Broth from the morning, noodles pulled to order, and a short list of small " +
        "plates to share with whoever sits beside you.",
      note: "Two low seats at the end of the counter are kept for wheelchairs until 19:00 each day.",
    },
    menu: {
      "Small plates": {
        "Smacked cucumber, sesame": 6,
        "Crisp aubergine, black vinegar": 8,
        "Prawn toast, lime leaf": 9,
      },
      "From the pot": {
        "Hand-pulled noodles, beef shin": 16,
        "Silken tofu, mushroom broth": 14,
        "Clams, rice wine, ginger": 17,
      },
      Sweet: { "Black sesame ice cream": 6, "Mango, coconut, lime": 7, "Fried milk, salt": 6 },
    },
  },
};
