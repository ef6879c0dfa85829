export default {
  askTitle: "Cancelar a subscrição",
  askText: "Deixar de receber mensagens publicitárias de {restaurant}, por e-mail e por SMS?",
  askButton: "Cancelar a subscrição",
  doneTitle: "A subscrição foi cancelada",
  doneText: "{restaurant} não lhe enviará mais mensagens publicitárias.",
  voidTitle: "Este link não pode ser usado",
  voidText:
    "Está danificado ou é demasiado antigo. Use o link de uma mensagem mais recente ou pergunte ao restaurante.",
  failedTitle: "Não foi possível cancelar a subscrição",
  failedText: "A subscrição pode continuar ativa. Tente de novo mais tarde ou pergunte ao restaurante.",
  busyTitle: "Aguarde um momento",
  busyText: "Nada foi alterado. Tente de novo dentro de um minuto.",
  missingTitle: "Não há nada aqui",
  missingText: "Verifique o endereço ou use o link no site do restaurante.",
  back: "Voltar ao site do restaurante",
  guests: { one: "{count} pessoa", many: "{count} pessoas", other: "{count} pessoas" },
};
