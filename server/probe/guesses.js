/**
 * For the probe: the guessed names of the remote API, as the option `names` has them, and what else each could be called.
 * A test compares the keys and the defaults with the crate's own table.
 */

/** Where a name stands: a path, a method, or a member of one of these objects of the contract. */
export const PATH = "path";
export const METHOD = "method";

/** Types as `shape.js` names them. */
const TEXT = ["text"];
const LIST = ["list"];
const FLAG = ["flag"];
const INTEGER = ["integer"];

/** Names of other things, such as `GroupName` and `MaximumChildAge`, have further words. */
const NAME_WORDS = [
  ...["name", "display", "displayname", "title", "caption", "public", "trading", "business", "friendly", "full"],
  ...["restaurant", "venue", "provider", "location", "site", "microsite", "outlet", "house"],
];
const AGE_WORDS = [
  "age",
  "legal",
  "drinking",
  "drink",
  "alcohol",
  "minimum",
  "min",
  "limit",
  "required",
  "years",
  "of",
  "consent",
];

/**
 * `own` is the default; `of` the schema of the contract; `types` what its value may be. `words` is what another name of it
 * would say: every group must be met by a word of the name (see `likeness.js`). `sign` is the kind of value by which it is
 * known under any name, and `not` the kind that speaks against it. With `isTold`, a value without the sign belongs to something
 * else, unless the name is the guess. `only` are all the words that another name may have.
 */
export const GUESSES = [
  { key: "mergeMethod", own: "POST", of: METHOD },
  { key: "mergePath", own: "Customers/Merge", of: PATH },
  { key: "masterCustomerId", own: "MasterCustomerId", of: "MergeRequest", types: INTEGER, words: [["master"]] },
  { key: "customerIdsToMerge", own: "CustomerIds", of: "MergeRequest", types: LIST, words: [["ids"]] },
  { key: "unsubscribePath", own: "Customers/Unsubscribe", of: PATH },
  { key: "markForDeletionPath", own: "Customers/MarkForDeletion", of: PATH },
  { key: "customerIds", own: "CustomerIds", of: "UnsubscribeRequest", types: LIST, words: [["ids"]] },
  { key: "ipAddress", own: "IpAddress", of: "UnsubscribeRequest", types: TEXT, words: [["ip"]] },
  {
    key: "marketingCommunicationMode",
    own: "MarketingCommunicationMode",
    of: "UnsubscribeRequest",
    types: TEXT,
    words: [["mode"]],
  },
  { key: "deletedCustomerIds", own: "DeletedCustomerIds", of: "DeletionOutcome", types: LIST, words: [["deleted"]] },
  { key: "skippedCustomerIds", own: "SkippedCustomerIds", of: "DeletionOutcome", types: LIST, words: [["skipped"]] },
  { key: "hasDeclinedEmail", own: "HasDeclinedEmail", of: "Customer", types: FLAG, words: [["declined"], ["email"]] },
  {
    key: "setupMicrositeName",
    own: "MicrositeName",
    of: "CustomerSetup",
    types: TEXT,
    words: [["microsite"]],
    sign: "microsite",
    isTold: true,
  },
  {
    key: "setupName",
    own: "Name",
    of: "CustomerSetup",
    types: TEXT,
    words: [["name", "restaurant"]],
    not: "microsite",
    only: NAME_WORDS,
  },
  { key: "setupTitles", own: "Titles", of: "CustomerSetup", types: LIST, words: [["titles"]] },
  {
    key: "setupCustomFields",
    own: "CustomFields",
    of: "CustomerSetup",
    types: LIST,
    words: [["fields"]],
    sign: "fields",
    isTold: true,
  },
  {
    key: "customFieldName",
    own: "Name",
    of: "CustomField",
    types: TEXT,
    words: [["name", "key"]],
    sign: "fieldName",
    isTold: true,
  },
  {
    key: "customFieldLabel",
    own: "Label",
    of: "CustomField",
    types: TEXT,
    words: [["label", "name"]],
    not: "fieldName",
  },
  { key: "customFieldIsRequired", own: "IsRequired", of: "CustomField", types: FLAG, words: [["required"]] },
  {
    key: "setupGroupEmailText",
    own: "GroupEmailMarketingOptInText",
    of: "CustomerSetup",
    types: TEXT,
    words: [["group"], ["email"], ["consent"]],
  },
  {
    key: "setupGroupSmsText",
    own: "GroupSmsMarketingOptInText",
    of: "CustomerSetup",
    types: TEXT,
    words: [["group"], ["sms"], ["consent"]],
  },
  {
    key: "setupRestaurantEmailText",
    own: "RestaurantEmailMarketingOptInText",
    of: "CustomerSetup",
    types: TEXT,
    words: [["restaurant"], ["email"], ["consent"]],
  },
  {
    key: "setupRestaurantSmsText",
    own: "RestaurantSmsMarketingOptInText",
    of: "CustomerSetup",
    types: TEXT,
    words: [["restaurant"], ["sms"], ["consent"]],
  },
  {
    key: "setupLegalDrinkingAge",
    own: "LegalDrinkingAge",
    of: "CustomerSetup",
    types: INTEGER,
    words: [["age"]],
    only: AGE_WORDS,
  },
  { key: "setupTimeZone", own: "TimeZone", of: "CustomerSetup", types: TEXT, words: [["zone"]], sign: "zone" },
];

/** Which name is meant by a key. */
export const guessOf = (key) => GUESSES.find((guess) => guess.key === key);

/** Other paths that an operation could have, the likelier first. */
export const PATHS = {
  mergePath: [
    "Customers/MergeCustomers",
    "Customer/Merge",
    "Customers/MergeCustomer",
    "Customer/MergeCustomers",
    "MergeCustomers",
    "Merge",
    "Customers/CustomerMerge",
    "Customers/MergeDuplicates",
    "Customers/Combine",
    "CustomerMerge",
    "Customers/MergeInto",
    "Customers/Duplicates/Merge",
  ],
  unsubscribePath: [
    "Customer/Unsubscribe",
    "Customers/UnsubscribeCustomers",
    "Customers/UnsubscribeMarketing",
    "Customers/UnsubscribeFromMarketing",
    "Customers/MarketingUnsubscribe",
    "Customers/Marketing/Unsubscribe",
    "Unsubscribe",
    "UnsubscribeCustomers",
    "Customer/UnsubscribeCustomers",
    "Customers/OptOut",
    "Customer/OptOut",
    "Customers/UnsubscribeAll",
  ],
  markForDeletionPath: [
    "Customer/MarkForDeletion",
    "Customers/MarkCustomersForDeletion",
    "Customers/MarkForDelete",
    "Customers/MarkAsDeleted",
    "Customers/ScheduleDeletion",
    "Customers/ScheduleForDeletion",
    "MarkForDeletion",
    "MarkCustomersForDeletion",
    "Customers/DeleteCustomers",
    "Customers/Delete",
    "Customer/Delete",
    "Customers/Deletion",
    "Customers/RequestDeletion",
  ],
};

/** Other names that a member of a request could have. One request tries all of an operation's. */
export const MEMBERS = {
  masterCustomerId: [
    "MasterId",
    "MasterCustomer",
    "Master",
    "PrimaryCustomerId",
    "PrimaryId",
    "TargetCustomerId",
    "TargetId",
    "MainCustomerId",
    "CustomerId",
    "IntoCustomerId",
    "MergeIntoCustomerId",
    "DestinationCustomerId",
    "SurvivingCustomerId",
    "KeepCustomerId",
  ],
  customerIdsToMerge: [
    "CustomerIdsToMerge",
    "MergeCustomerIds",
    "IdsToMerge",
    "CustomersToMerge",
    "ChildCustomerIds",
    "SlaveCustomerIds",
    "SourceCustomerIds",
    "DuplicateCustomerIds",
    "OtherCustomerIds",
    "MergedCustomerIds",
    "Ids",
    "Customers",
  ],
  customerIds: ["Ids", "Customers", "CustomerIdList", "CustomerIDs", "CustomersIds", "CustomerId"],
  ipAddress: [
    "IPAddress",
    "Ip",
    "ClientIp",
    "ClientIpAddress",
    "DeviceIpAddress",
    "UserIpAddress",
    "SourceIpAddress",
    "RemoteIp",
    "RemoteIpAddress",
    "RequestIpAddress",
    "CustomerIpAddress",
    "CallerIpAddress",
    "OriginIp",
    "IpAddr",
  ],
  marketingCommunicationMode: [
    "CommunicationMode",
    "MarketingMode",
    "Mode",
    "Channel",
    "MarketingChannel",
    "CommunicationChannel",
    "CommunicationType",
    "CommunicationMethod",
    "MarketingCommunicationType",
    "MarketingCommunicationMethod",
    "MarketingCommunicationChannel",
    "MarketingType",
    "UnsubscribeMode",
    "UnsubscribeFrom",
    "UnsubscribeType",
    "UnsubscribeChannel",
    "MarketingMedium",
    "Medium",
    "MarketingPreference",
    "CommunicationPreference",
    "MarketingCommunicationModes",
    "CommunicationModes",
    "ContactMethod",
    "ContactMode",
    "MessageType",
    "OptOutMode",
    "OptOutType",
    "Type",
  ],
};
