export default {
  askTitle: "Darse de baja",
  askText: "¿Dejar de recibir mensajes publicitarios de {restaurant} por correo electrónico y por SMS?",
  askButton: "Darme de baja",
  doneTitle: "Se ha dado de baja",
  doneText: "{restaurant} no le enviará más mensajes publicitarios.",
  voidTitle: "Este enlace no es válido",
  voidText:
    "Está dañado o es demasiado antiguo. Utilice el enlace de un mensaje más reciente o pregunte al restaurante.",
  failedTitle: "No se ha podido completar la baja",
  failedText: "Es posible que siga suscrito. Inténtelo más tarde o pregunte al restaurante.",
  busyTitle: "Espere un momento, por favor",
  busyText: "No se ha cambiado nada. Inténtelo de nuevo dentro de un minuto.",
  missingTitle: "Aquí no hay nada",
  missingText: "Compruebe la dirección o utilice el enlace de la página web del restaurante.",
  back: "Volver a la página web del restaurante",
  guests: { one: "{count} persona", many: "{count} personas", other: "{count} personas" },
};
