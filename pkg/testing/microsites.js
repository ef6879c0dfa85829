/** For the developer of a form: the restaurants of the stand-in, which are those of the sandbox, and the Setup of each. */

const groupText = "I would like to receive news and offers from <strong>Harbour &amp; Oak Group</strong> by:";
const oakText = "I would like to receive news and offers from <strong>Oak &amp; Salt</strong> by:";

/** A restaurant without opt-in texts, titles, codes, custom fields or a drinking age. */
const PLAIN = {
  Titles: [],
  CustomerCodes: [],
  CustomerTypes: [],
  GroupEmailMarketingOptInText: null,
  GroupSmsMarketingOptInText: null,
  RestaurantEmailMarketingOptInText: null,
  RestaurantSmsMarketingOptInText: null,
  LegalDrinkingAge: null,
  CustomFields: [],
};

/** Restaurants of one group share their customers. */
export const MICROSITES = {
  "oak-and-salt": {
    group: 1,
    setup: {
      ...PLAIN,
      Name: "Oak & Salt",
      Titles: ["Mr", "Mrs", "Ms", "Miss", "Mx", "Dr"],
      CustomerCodes: [
        { Id: 11, Name: "Regular" },
        { Id: 12, Name: "Window table" },
        { Id: 13, Name: "Local press" },
      ],
      CustomerTypes: [
        { Id: 1, Name: "Guest" },
        { Id: 2, Name: "Corporate" },
      ],
      GroupEmailMarketingOptInText: groupText,
      GroupSmsMarketingOptInText: groupText,
      RestaurantEmailMarketingOptInText: oakText,
      RestaurantSmsMarketingOptInText: oakText,
      LegalDrinkingAge: 18,
    },
  },
  "harbour-room": {
    group: 1,
    setup: {
      ...PLAIN,
      Name: "The Harbour Room",
      Titles: ["Mr", "Mrs", "Ms", "Mx"],
      CustomerCodes: [{ Id: 21, Name: "Berth holder" }],
      CustomerTypes: [{ Id: 1, Name: "Guest" }],
      GroupEmailMarketingOptInText: groupText,
      GroupSmsMarketingOptInText: groupText,
      LegalDrinkingAge: 18,
      CustomFields: [
        { Name: "Field1", Label: "Dietary needs", IsRequired: false },
        { Name: "Field2", Label: "How did you hear about us?", IsRequired: true },
      ],
    },
  },
  "little-lantern": { group: 2, setup: { ...PLAIN, Name: "Little Lantern" } },
};

/**
 * The microsites of a stand-in: those above, those of the caller in their place, and `microsite`, each with its whole
 * Setup. `setup` are the caller's changes to the Setup of `microsite`. A restaurant without a group is a group of its own.
 */
export function micrositesOf({ microsite, setup, microsites = {} }) {
  const all = { [microsite]: {}, ...MICROSITES, ...microsites };
  const entries = Object.entries(all).map(([name, { group = name, setup: own }]) => {
    const whole = { ...PLAIN, Name: name, ...own, ...(name === microsite ? setup : undefined), MicrositeName: name };
    return [name, { group, setup: whole }];
  });
  return new Map(entries);
}

/** The names of the custom fields that can be set through a restaurant. */
export const fieldsOf = ({ setup }) => (setup.CustomFields ?? []).map(({ Name }) => Name);
