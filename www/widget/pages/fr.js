export default {
  askTitle: "Se désinscrire",
  askText: "Ne plus recevoir les messages commerciaux de {restaurant}, par e-mail et par SMS\u00a0?",
  askButton: "Me désinscrire",
  doneTitle: "Vous êtes désinscrit",
  doneText: "{restaurant} ne vous enverra plus de messages commerciaux.",
  voidTitle: "Ce lien n’est pas utilisable",
  voidText:
    "Il est incomplet ou trop ancien. Utilisez le lien d’un message plus récent, ou adressez-vous au restaurant.",
  failedTitle: "La désinscription n’a pas abouti",
  failedText: "Vous êtes peut-être encore inscrit. Réessayez plus tard, ou adressez-vous au restaurant.",
  busyTitle: "Veuillez patienter un instant",
  busyText: "Rien n’a été modifié. Réessayez dans une minute.",
  missingTitle: "Il n’y a rien à cette adresse",
  missingText: "Vérifiez l’adresse, ou utilisez le lien du site du restaurant.",
  back: "Retour au site du restaurant",
  askFirst:
    "Veuillez vous renseigner auprès du restaurant avant de les envoyer à nouveau\u00a0: vous pourriez être enregistré deux fois.",
  sendAgain: "Envoyer quand même à nouveau",
  guests: { one: "{count} personne", many: "{count} personnes", other: "{count} personnes" },
};
