/**
 * For tests/consumers/peers.test.mjs: the values of the web platform tests for `<input type=email>`, as facts, from
 * web-platform-tests/wpt (BSD-3-Clause), which no package has. `sent` is the value that the test expects the field to have
 * after it was set, where that is not what was set. Of a field with `multiple` there is only what one value may be: a
 * guest has one address.
 */
export const name = "WHATWG";

const FILES = [
  {
    file: "html/semantics/forms/constraints/form-validation-validity-typeMismatch.html",
    commit: "1eb505c14e06d2163c2bcafea1fa538d1b37a3c0",
    valid: ["", "test@example.com", "\n\r \t test@example.com \n\r \t"],
    invalid: ["abc", "test1@example.com,test2@example.com", "test1@example.com;test2@example.com"],
  },
  {
    file: "html/semantics/forms/the-input-element/email.html",
    commit: "10281425a6d4cc3c744c80570463d5995d675b87",
    valid: [
      "user@example.com",
      ["user2@example.com\n", "user2@example.com"],
      ["user3@example.com\r", "user3@example.com"],
    ],
    invalid: ["user,@example.com", "user@e\\U000Axample.com", "user@e\\U000Dxample.com"],
  },
  {
    file: "html/semantics/forms/the-input-element/email-set-value.html",
    commit: "28b49026d21fec1f6795959384890e9503aae615",
    valid: [[" foo@bar   ", "foo@bar"]],
    invalid: [],
  },
  {
    file: "html/semantics/forms/the-input-element/email-value-idn.html",
    commit: "28b49026d21fec1f6795959384890e9503aae615",
    valid: [
      ["test@exämle.com", "test@xn--exmle-hra.com"],
      ["user@お.com", "user@xn--t8j.com"],
    ],
    invalid: [],
  },
  {
    // A proposal: the standard's rule for a domain would be that of a URL's host.
    file: "html/semantics/forms/the-input-element/email-validity.window.js",
    commit: "11a7a7ae23caa0a94dac0ebbfa3b411fe956d989",
    valid: ["a@a", "a@ñ", "ñ@ñ", "a@123", "a@123.123.123.123", "a@[::1]"],
    invalid: ["a", "a@123.123.123.123.123", "a@0xFFFFFFFFF", "a@[123.123.123.123]", "a@\ufffd"],
  },
];

export const strings = FILES.flatMap(({ file, valid, invalid }) => [
  ...valid.map((each) => {
    const [typed, sent] = [each].flat();
    return { typed, file, sent, answer: "accepted" };
  }),
  ...invalid.map((typed) => ({ typed, file, answer: "refused" })),
]);
