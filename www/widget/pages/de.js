export default {
  askTitle: "Abmelden",
  askText: "Keine Werbung von {restaurant} mehr erhalten, weder per E-Mail noch per SMS?",
  askButton: "Abmelden",
  doneTitle: "Sie sind abgemeldet",
  doneText: "{restaurant} wird Ihnen keine Werbung mehr schicken.",
  voidTitle: "Dieser Link ist nicht mehr gültig",
  voidText:
    "Er ist beschädigt oder zu alt. Bitte verwenden Sie den Link aus einer neueren Nachricht, oder fragen Sie das Restaurant.",
  failedTitle: "Das hat nicht geklappt",
  failedText:
    "Möglicherweise sind Sie noch angemeldet. Bitte versuchen Sie es später noch einmal, oder fragen Sie das Restaurant.",
  busyTitle: "Bitte haben Sie einen Moment Geduld",
  busyText: "Es wurde nichts geändert. Bitte versuchen Sie es in einer Minute noch einmal.",
  missingTitle: "Hier gibt es nichts",
  missingText: "Bitte prüfen Sie die Adresse, oder verwenden Sie den Link auf der Website des Restaurants.",
  back: "Zurück zur Website des Restaurants",
  askFirst:
    "Bitte fragen Sie das Restaurant, bevor Sie sie noch einmal senden: Sie könnten sonst doppelt eingetragen werden.",
  sendAgain: "Trotzdem noch einmal senden",
  guests: { one: "{count} Gast", other: "{count} Gäste" },
};
