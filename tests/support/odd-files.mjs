/**
 * For the tests of files: a corpus of what spreadsheets, other systems and mistakes really write, made here so that no
 * binary file is in git. Each file has what must come out of it: its rows with their lines, and for each a whole value or
 * the codes of its issues.
 */
import { deflateRawSync, gzipSync } from "node:zlib";

/** The signs of Windows-1252 from 0x80 on that are not those of Latin-1; a blank is a byte that means nothing. */
const OF_WINDOWS = "€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ";

/** A text as bytes of Windows-1252. */
export const windows1252 = (text) =>
  Buffer.from(
    [...text].map((sign) => {
      const place = sign === " " ? -1 : OF_WINDOWS.indexOf(sign);
      return place < 0 ? sign.codePointAt(0) : 0x80 + place;
    }),
  );

const utf16le = (text) => Buffer.from(text, "utf16le");
const utf16be = (text) => Buffer.from(text, "utf16le").swap16();
const utf8 = (text) => Buffer.from(text);

const BOM = "\uFEFF";
const CRLF = "\r\n";
const lines = (end, ...rows) => rows.map((row) => row + end).join("");

/** A guest whom the rules accept, as a row of English headers and as the value that comes out. */
const HEADER = "Surname,FirstName,Email,Mobile";
const ANN = "O'Hara,Ann,ann@example.com,+44 7700 900123";
const ANN_VALUE = {
  FirstName: "Ann",
  Surname: "O'Hara",
  Email: "ann@example.com",
  MobileCountryCode: 44,
  Mobile: "7700900123",
};
const JÖRG_VALUE = {
  FirstName: "Jörg",
  Surname: "Müller-Straßer",
  Email: "joerg@example.com",
  MobileCountryCode: 49,
  Mobile: "15123456789",
};
const ANN_JSON = JSON.stringify({
  Surname: "O'Hara",
  FirstName: "Ann",
  Email: "ann@example.com",
  Mobile: "+44 7700 900123",
});

/** A row that is sent as it is; `value` is all of it. */
const good = (line, value = ANN_VALUE, more = {}) => ({ line, value, codes: [], ...more });
/** A row that is not sent; each of `codes` is `code` for a row and `Field:code` for a field. */
const bad = (line, ...codes) => ({ line, codes });
/** A row that must be refused for what stands in some fields, whatever the rules call it. */
const refused = (line, ...fields) => ({ line, refused: fields });

/** A central directory is all that a program needs to see that a file is a ZIP; `.xlsx` is one. */
function zipped(name, content) {
  const data = deflateRawSync(Buffer.from(content));
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt16LE(20, 4);
  local.writeUInt16LE(8, 8);
  local.writeUInt32LE(data.length, 18);
  local.writeUInt32LE(content.length, 22);
  local.writeUInt16LE(name.length, 26);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  return Buffer.concat([local, Buffer.from(name), data, end]);
}

/**
 * The files. Each has a `name`, the `bytes`, and what must come out: `rows`, and of the `layout` what is given. Others:
 * - `options` of `checkMany`, and `words` of the command that mean the same;
 * - `file`: the file's name, where it is not `guests.csv`;
 * - `rest`: more rows follow than `rows` has, and `last` is the last one;
 * - `isNoText`: the file is none of ours: nothing of it may be sendable, and the command ends with 1 or 2;
 * - `isLarge`: reading it by single bytes would take too long.
 */
export const ODD_FILES = [
  // Spreadsheets.
  {
    name: "Excel in German, CSV with ; in Windows-1252",
    bytes: windows1252(
      lines(
        CRLF,
        "Nachname;Vorname;E-Mail;Handy",
        "Müller-Straßer;Jörg;joerg@example.com;+49 1512 3456789",
        "O’Hara;Ann;ann@example.com;+44 7700 900123",
      ),
    ),
    layout: { format: "csv", delimiter: ";", encoding: "windows-1252" },
    rows: [good(2, JÖRG_VALUE), good(3, { ...ANN_VALUE, Surname: "O’Hara" })],
  },
  {
    name: "Excel in German, CSV UTF-8 with a mark in front",
    bytes: utf8(
      BOM + lines(CRLF, "Nachname;Vorname;E-Mail;Handy", "Müller-Straßer;Jörg;joerg@example.com;+49 1512 3456789"),
    ),
    layout: { format: "csv", delimiter: ";", encoding: "utf-8" },
    rows: [good(2, JÖRG_VALUE)],
  },
  {
    name: "Excel in French, with accents in headers",
    bytes: windows1252(
      lines(
        CRLF,
        "Nom;Prénom;Courriel;Téléphone portable;Date de naissance",
        "Lefèvre;Hélène;helene@example.com;+33 6 12 34 56 78;31/12/1980",
      ),
    ),
    options: { locale: "fr-FR" },
    words: ["--locale", "fr-FR"],
    layout: { format: "csv", delimiter: ";", encoding: "windows-1252" },
    rows: [
      good(2, {
        FirstName: "Hélène",
        Surname: "Lefèvre",
        Email: "helene@example.com",
        MobileCountryCode: 33,
        Mobile: "612345678",
        Birthday: "1980-12-31T00:00:00",
      }),
    ],
  },
  {
    name: "Excel's Unicode text, UTF-16 LE with tabs",
    file: "guests.txt",
    bytes: utf16le(
      BOM +
        lines(
          CRLF,
          "Surname\tFirstName\tEmail\tMobile\tComments",
          'Müller-Straßer\tJörg\tjoerg@example.com\t+49 1512 3456789\t"says ""hello"", twice"',
          "O'Hara\tAnn\tann@example.com\t+44 7700 900123\tlikes 🦞",
        ),
    ),
    layout: { format: "csv", delimiter: "\t", encoding: "utf-16le" },
    rows: [
      good(2, { ...JÖRG_VALUE, Comments: 'says "hello", twice' }),
      good(3, { ...ANN_VALUE, Comments: "likes 🦞" }),
    ],
  },
  {
    name: "UTF-16 BE",
    bytes: utf16be(BOM + lines("\n", HEADER, ANN)),
    layout: { format: "csv", delimiter: ",", encoding: "utf-16be" },
    rows: [good(2)],
  },
  {
    name: "UTF-16 LE without a mark",
    bytes: utf16le(lines("\n", HEADER, ANN)),
    layout: { format: "csv", delimiter: ",", encoding: "utf-16le" },
    rows: [good(2)],
  },
  {
    name: "UTF-16 LE that ends within a character",
    bytes: Buffer.concat([utf16le(BOM + lines("\n", HEADER, ANN, ANN)), Buffer.from([0x41])]),
    layout: { format: "csv", delimiter: ",", encoding: "utf-16le" },
    rows: [good(2), good(3), { line: 4, isBad: true }],
  },
  {
    name: "Excel for Mac, with CR as the end of lines",
    bytes: utf8(lines("\r", HEADER, ANN, ANN)),
    layout: { format: "csv", delimiter: ",", encoding: "utf-8" },
    rows: [good(2), good(3)],
  },
  {
    name: "sep=; in the first line",
    bytes: utf8(lines(CRLF, "sep=;", HEADER.replaceAll(",", ";"), ANN.replaceAll(",", ";"))),
    layout: { format: "csv", delimiter: ";", encoding: "utf-8" },
    rows: [good(3)],
  },
  {
    name: "sep=; after a mark, with quoted cells",
    bytes: utf8(BOM + lines(CRLF, '"sep=;"', '"Surname";"FirstName";"Email";"Mobile"', ANN.replaceAll(",", ";"))),
    layout: { format: "csv", delimiter: ";", encoding: "utf-8" },
    rows: [good(3)],
  },
  {
    name: "LibreOffice, each text in quotes",
    bytes: utf8(
      lines(
        "\n",
        '"Surname","FirstName","Email","Mobile"',
        '"O\'Hara","Ann","ann@example.com","+44 7700 900123"',
        '"O\'Hara","Ann","ann@example.com",447700900123',
      ),
    ),
    layout: { format: "csv", delimiter: ",", encoding: "utf-8" },
    rows: [good(2), { line: 3 }],
  },
  {
    name: "Google Sheets, without an end of the last line",
    bytes: utf8(`${HEADER}${CRLF}${ANN}${CRLF}${ANN}`),
    layout: { format: "csv", delimiter: ",", encoding: "utf-8" },
    rows: [good(2), good(3)],
  },
  {
    name: "Google Sheets' TSV, in which a quote is a sign like others",
    file: "guests.tsv",
    bytes: utf8(
      lines(
        CRLF,
        "Surname\tFirstName\tEmail\tMobile\tComments",
        "O'Hara\tAnn\tann@example.com\t+44 7700 900123\tcalled 6\" tall",
      ),
    ),
    layout: { format: "csv", delimiter: "\t", encoding: "utf-8" },
    rows: [good(2, { ...ANN_VALUE, Comments: 'called 6" tall' })],
  },
  {
    name: "Numbers, with blank lines and rows of empty cells",
    bytes: utf8(`${HEADER}${CRLF}${ANN}${CRLF}${CRLF}${ANN}${CRLF}${CRLF}`),
    layout: { format: "csv", delimiter: ",", encoding: "utf-8" },
    rows: [good(2), good(4)],
  },
  {
    name: "cells with line breaks of three kinds, quotes and delimiters",
    bytes: utf8(
      'Surname,FirstName,Email,Mobile,Comments\r\nO\'Hara,Ann,ann@example.com,+44 7700 900123,"one\ntwo"\r\n' +
        'O\'Hara,Ann,ann@example.com,+44 7700 900123,"one\r\ntwo, ""three"""\r\n' +
        'O\'Hara,Ann,ann@example.com,+44 7700 900123,""""\r\n' +
        `${ANN},\r\n`,
    ),
    rows: [
      good(2, { ...ANN_VALUE, Comments: "one\ntwo" }),
      { line: 4, codes: [], holds: { Comments: /^one\r?\ntwo, "three"$/ } },
      good(6, { ...ANN_VALUE, Comments: '"' }),
      good(7),
    ],
  },
  {
    name: "a quote within a cell that does not begin with one",
    bytes: utf8(lines("\n", `${HEADER},Comments`, `${ANN},Jim "Jimmy" Brown`, `${ANN},5" wide`)),
    rows: [good(2, { ...ANN_VALUE, Comments: 'Jim "Jimmy" Brown' }), good(3, { ...ANN_VALUE, Comments: '5" wide' })],
  },
  {
    name: "headers and cells with spaces, in other orders and spellings",
    bytes: utf8(
      lines(
        "\n",
        " E-MAIL ADDRESS , Mobile Phone,last name,First_Name, Loyalty tier",
        "ann@example.com, +44 7700 900123 , O'Hara,Ann ,gold",
      ),
    ),
    rows: [good(2, ANN_VALUE, { other: { "Loyalty tier": "gold" } })],
  },
  {
    name: "headers that the caller's table maps",
    bytes: utf8(lines("\n", "A,B,C,D,Email", "O'Hara,Ann,ann@example.com,+44 7700 900123,not.an.address")),
    options: { map: { A: "Surname", B: "FirstName", C: "Email", D: "Mobile", Email: null } },
    map: true,
    rows: [good(2, ANN_VALUE, { other: { Email: "not.an.address" } })],
  },
  {
    name: "pipes between the cells",
    bytes: utf8(lines("\n", HEADER.replaceAll(",", "|"), ANN.replaceAll(",", "|"))),
    layout: { format: "csv", delimiter: "|", encoding: "utf-8" },
    rows: [good(2)],
  },
  {
    name: "semicolons between the cells, and commas in them",
    bytes: utf8(
      lines(
        CRLF,
        "Surname;FirstName;Email;Mobile;Comments",
        "O'Hara;Ann;ann@example.com;+44 7700 900123;a, b, c, d, e, f",
        "O'Hara;Ann;ann@example.com;+44 7700 900123;a, b, c, d, e, f",
      ),
    ),
    layout: { format: "csv", delimiter: ";", encoding: "utf-8" },
    rows: [
      good(2, { ...ANN_VALUE, Comments: "a, b, c, d, e, f" }),
      good(3, { ...ANN_VALUE, Comments: "a, b, c, d, e, f" }),
    ],
  },
  {
    name: "a number that a spreadsheet has ruined",
    bytes: utf8(
      lines("\n", HEADER, "O'Hara,Ann,ann@example.com,4.47911E+11", 'O\'Hara,Ann,ann@example.com,"4,47911E+11"'),
    ),
    rows: [refused(2, "Mobile"), refused(3, "Mobile")],
  },
  {
    name: "a calling code in a column of its own, with and without +",
    bytes: utf8(
      lines(
        "\n",
        "Surname,FirstName,Email,MobileCountryCode,Mobile",
        "O'Hara,Ann,ann@example.com,+44,07700 900123",
        "O'Hara,Ann,ann@example.com,44,7700900123",
        "O'Hara,Ann,ann@example.com,0044,7700900123",
      ),
    ),
    rows: [good(2), good(3), { line: 4 }],
  },
  {
    name: "flags as people write them",
    bytes: utf8(
      lines(
        "\n",
        `${HEADER},IsVip,IsDrinkingAge`,
        `${ANN},yes,1`,
        `${ANN},No,0`,
        `${ANN},TRUE,FALSE`,
        `${ANN},,`,
        `${ANN},perhaps,`,
      ),
    ),
    rows: [
      good(2, { ...ANN_VALUE, IsDrinkingAge: true, IsVip: true }),
      good(3, { ...ANN_VALUE, IsDrinkingAge: false, IsVip: false }),
      good(4, { ...ANN_VALUE, IsDrinkingAge: false, IsVip: true }),
      good(5),
      refused(6, "IsVip"),
    ],
  },
  {
    name: "ragged rows",
    bytes: utf8(lines("\n", HEADER, "O'Hara,Ann,ann@example.com", `${ANN},`, `${ANN},one more`, ANN)),
    rows: [bad(2, "Mobile:phone_required"), good(3), bad(4, "row_cells"), good(5)],
  },
  {
    name: "a quote that never closes",
    bytes: utf8(lines("\n", HEADER, ANN, `O'Hara,"Ann,ann@example.com,+44 7700 900123`, ANN, ANN)),
    rows: [good(2), bad(3, "row_quote_open")],
    rest: "open",
  },
  {
    name: "NUL bytes in a cell",
    bytes: utf8(lines("\n", HEADER, "O'\0Hara,Ann,ann@example.com,+44 7700 900123", ANN)),
    rows: [bad(2, "Surname:control_character"), good(3)],
  },
  {
    name: "a cell of 2 MiB",
    isLarge: true,
    bytes: utf8(lines("\n", `${HEADER},Comments`, `${ANN},x`, `${ANN},${"y".repeat(2 << 20)}`, `${ANN},z`)),
    rows: [good(2, { ...ANN_VALUE, Comments: "x" }), bad(3, "row_too_long"), good(4, { ...ANN_VALUE, Comments: "z" })],
  },
  {
    name: "a quoted cell of 2 MiB with line breaks and quotes",
    isLarge: true,
    bytes: utf8(
      lines("\n", `${HEADER},Comments`, `${ANN},x`, `${ANN},"${'one, "" two\n'.repeat(180_000)}"`, `${ANN},z`),
    ),
    // No quote closes within a megabyte, so the first one counts as one that never closes.
    rows: [good(2, { ...ANN_VALUE, Comments: "x" }), bad(3, "row_quote_open")],
    rest: "open",
    last: good(180_004, { ...ANN_VALUE, Comments: "z" }),
  },
  {
    name: "an empty file",
    bytes: Buffer.alloc(0),
    rows: [],
  },
  {
    name: "a header alone",
    bytes: utf8(`${HEADER}\n`),
    layout: { format: "csv", delimiter: ",", encoding: "utf-8" },
    rows: [],
  },
  {
    name: "a header alone without the end of its line",
    bytes: utf8(HEADER),
    layout: { format: "csv", delimiter: ",", encoding: "utf-8" },
    rows: [],
  },
  {
    name: "a mark and nothing after it",
    bytes: utf8(BOM),
    rows: [],
  },
  {
    name: "half a mark",
    bytes: Buffer.from([0xef, 0xbb]),
    rows: undefined,
    isNoText: true,
  },
  {
    name: "line ends and nothing else",
    bytes: utf8("\r\n\n\n\r\n"),
    rows: [],
  },
  {
    name: "a broken character of UTF-8 in one row",
    options: { encoding: "utf-8" },
    words: ["--encoding", "utf-8"],
    bytes: Buffer.concat([
      utf8(`${HEADER}\nO'Hara,`),
      Buffer.from([0xc3, 0x28]),
      utf8(`,ann@example.com,+44 7700 900123\n${ANN}\n`),
    ]),
    rows: [bad(2, "row_damaged_text"), good(3)],
  },
  {
    name: "members that every object has, as headers",
    bytes: utf8(
      lines(
        "\n",
        `${HEADER},__proto__,constructor,toString,hasOwnProperty`,
        `${ANN},polluted,polluted,polluted,polluted`,
      ),
    ),
    rows: [
      good(2, ANN_VALUE, {
        otherEntries: [
          ["__proto__", "polluted"],
          ["constructor", "polluted"],
          ["toString", "polluted"],
          ["hasOwnProperty", "polluted"],
        ],
      }),
    ],
  },
  {
    name: "formulas, which stay what they are",
    bytes: utf8(
      lines(
        "\n",
        `${HEADER},Comments`,
        `${ANN},"=HYPERLINK(""http://evil.example"",""x"")"`,
        `${ANN},=1+1`,
        `${ANN},@SUM(A1)`,
      ),
    ),
    rows: [
      good(2, { ...ANN_VALUE, Comments: '=HYPERLINK("http://evil.example","x")' }),
      good(3, { ...ANN_VALUE, Comments: "=1+1" }),
      good(4, { ...ANN_VALUE, Comments: "@SUM(A1)" }),
    ],
  },

  // Not what its name says.
  {
    name: "a .csv that is JSON",
    bytes: utf8(`[${ANN_JSON},\n${ANN_JSON}]\n`),
    layout: { format: "json" },
    rows: [good(1), good(2)],
  },
  {
    name: "a .csv that is lines of JSON",
    bytes: utf8(lines("\n", ANN_JSON, ANN_JSON)),
    layout: { format: "ndjson" },
    rows: [good(1), good(2)],
  },
  {
    name: "a .csv that is a web page",
    bytes: utf8(
      "<!DOCTYPE html>\n<html><head><title>Sign in</title></head>\n<body><p>Surname, Email, Mobile</p></body></html>\n",
    ),
    isNoText: true,
  },
  {
    name: "a .csv that is a workbook",
    bytes: zipped("xl/workbook.xml", "<workbook/>".repeat(200)),
    isNoText: true,
  },
  {
    name: "a .csv that is compressed",
    bytes: gzipSync(lines("\n", HEADER, ANN)),
    isNoText: true,
  },
  {
    name: "a .csv of random bytes",
    bytes: noise(40_000),
    isNoText: true,
  },

  // Lines of JSON.
  {
    name: "lines of JSON with blank lines, CRLF and no last end",
    file: "guests.ndjson",
    bytes: utf8(`${ANN_JSON}\r\n\r\n  \n${ANN_JSON}\n${ANN_JSON}`),
    layout: { format: "ndjson", encoding: "utf-8" },
    rows: [good(1), good(4), good(5)],
  },
  {
    name: "lines of JSON after a mark",
    file: "guests.ndjson",
    bytes: utf8(`${BOM}${ANN_JSON}\n`),
    layout: { format: "ndjson", encoding: "utf-8" },
    rows: [good(1)],
  },
  {
    name: "lines of JSON in UTF-16",
    file: "guests.ndjson",
    bytes: utf16le(`${BOM}${ANN_JSON}\n${ANN_JSON}\n`),
    layout: { format: "ndjson", encoding: "utf-16le" },
    rows: [good(1), good(2)],
  },
  {
    name: "lines of JSON of which some are broken or no object",
    file: "guests.ndjson",
    bytes: utf8(
      lines(
        "\n",
        ANN_JSON,
        ANN_JSON.slice(0, -1),
        "[1,2]",
        '"text"',
        "null",
        "12",
        `${ANN_JSON} ${ANN_JSON}`,
        `${ANN_JSON},`,
        "{'Surname':'x'}",
        ANN_JSON,
      ),
    ),
    layout: { format: "ndjson" },
    rows: [
      good(1),
      bad(2, "row_not_json"),
      bad(3, "row_not_an_object"),
      bad(4, "row_not_an_object"),
      bad(5, "row_not_an_object"),
      bad(6, "row_not_an_object"),
      bad(7, "row_not_json"),
      bad(8, "row_not_json"),
      bad(9, "row_not_json"),
      good(10),
    ],
  },
  {
    name: "lines of JSON with numbers that JavaScript would round",
    file: "guests.ndjson",
    bytes: utf8(`${ANN_JSON.slice(0, -1)},"LoyaltyNumber":12345678901234567890,"Rate":0.10000000000000000001}\n`),
    rows: [{ line: 1, codes: [], json: /"LoyaltyNumber":12345678901234567890.*"Rate":0\.10000000000000000001/s }],
  },
  {
    name: "lines of JSON with half a surrogate pair",
    file: "guests.ndjson",
    bytes: utf8(lines("\n", ANN_JSON.replace("O'Hara", "O\\ud83eHara"), ANN_JSON)),
    rows: [{ line: 1, noLoneSurrogate: true }, good(2)],
  },
  {
    name: "lines of JSON with a broken character",
    file: "guests.ndjson",
    bytes: Buffer.concat([utf8('{"Surname":"O'), Buffer.from([0xff]), utf8(`Hara"}\n${ANN_JSON}\n`)]),
    options: { encoding: "utf-8" },
    words: ["--encoding", "utf-8"],
    rows: [bad(1, "row_damaged_text"), good(2)],
  },
  {
    name: "lines of JSON nested a hundred thousand deep",
    file: "guests.ndjson",
    isLarge: true,
    bytes: utf8(
      lines("\n", "[".repeat(100_000), `{"Address":${'{"a":'.repeat(100_000)}1${"}".repeat(100_001)}`, ANN_JSON),
    ),
    options: { format: "ndjson" },
    words: ["--format", "ndjson"],
    rows: [{ line: 1, isBad: true }, { line: 2, isBad: true }, good(3)],
  },
  {
    name: "lines of JSON with members that every object has",
    file: "guests.ndjson",
    bytes: utf8(
      lines(
        "\n",
        `${ANN_JSON.slice(0, -1)},"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}`,
      ),
    ),
    rows: [{ line: 1, codes: [], json: /"__proto__"/ }],
  },
  {
    name: "a line of JSON of 2 MiB",
    file: "guests.ndjson",
    isLarge: true,
    bytes: utf8(lines("\n", ANN_JSON, `{"Comments":"${"y".repeat(2 << 20)}"}`, ANN_JSON)),
    rows: [good(1), bad(2, "row_too_long"), good(3)],
  },

  // JSON arrays.
  {
    name: "a JSON array, pretty printed",
    file: "guests.json",
    bytes: utf8(`${JSON.stringify([JSON.parse(ANN_JSON), JSON.parse(ANN_JSON)], undefined, 2)}\n`),
    layout: { format: "json" },
    rows: [good(2), good(8)],
  },
  {
    name: "a JSON array with brackets, commas and quotes in its texts",
    file: "guests.json",
    bytes: utf8(`[${JSON.stringify({ ...JSON.parse(ANN_JSON), Comments: '] }, { [ "\\" \\' })},${ANN_JSON}]`),
    rows: [good(1, { ...ANN_VALUE, Comments: '] }, { [ "\\" \\' }), good(1)],
  },
  {
    name: "an empty JSON array",
    file: "guests.json",
    bytes: utf8(" [ ] \n"),
    layout: { format: "json" },
    rows: [],
  },
  {
    name: "a JSON array of what are no objects",
    file: "guests.json",
    bytes: utf8(`[${ANN_JSON},\n1,\n"a, b",\n[{}],\nnull,\n${ANN_JSON}]`),
    options: { format: "json" },
    words: ["--format", "json"],
    rows: [
      good(1),
      bad(2, "row_not_an_object"),
      bad(3, "row_not_an_object"),
      bad(4, "row_not_an_object"),
      bad(5, "row_not_an_object"),
      good(6),
    ],
  },
  {
    name: "a JSON array that does not end",
    file: "guests.json",
    bytes: utf8(`[${ANN_JSON},\n${ANN_JSON},\n${ANN_JSON.slice(0, 20)}`),
    rows: [good(1), good(2), bad(3, "row_not_json")],
  },
  {
    name: "a JSON array that ends between two values",
    file: "guests.json",
    bytes: utf8(`[${ANN_JSON},\n${ANN_JSON},\n`),
    rows: [good(1), good(2)],
    rest: "maybe bad",
  },
  {
    name: "a JSON array with text after it",
    file: "guests.json",
    bytes: utf8(`[${ANN_JSON}]\nand more`),
    rows: [good(1), { line: 2, isBad: true }],
  },
  {
    name: "a JSON array with a broken value, after which the others are found",
    file: "guests.json",
    bytes: utf8(`[\n${ANN_JSON},\n{"Surname": nope},\n${ANN_JSON}\n]\n`),
    rows: [good(2), bad(3, "row_not_json"), good(4)],
  },
  {
    name: "an object that holds the list, pretty printed",
    file: "guests.json",
    bytes: utf8(JSON.stringify({ total: 1, customers: [JSON.parse(ANN_JSON)], next: null }, undefined, 2)),
    layout: { format: "json" },
    rows: [good(4)],
  },
  {
    name: "an object that holds two lists",
    file: "guests.json",
    bytes: utf8(`{"a":[${ANN_JSON}],\n"b":[${ANN_JSON}]}`),
    rows: [good(1), bad(2, "row_not_json")],
  },
];

/** Bytes without an order, the same in each run. */
function noise(length) {
  const bytes = Buffer.alloc(length);
  let state = 17;
  for (let index = 0; index < length; index += 1) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    bytes[index] = state >>> 16;
  }
  return bytes;
}
