export default {
  askTitle: "配信停止",
  askText: "{restaurant}からのメールおよびSMSによるご案内の配信を停止しますか？",
  askButton: "配信を停止する",
  doneTitle: "配信を停止しました",
  doneText: "今後、{restaurant}からご案内をお送りすることはありません。",
  voidTitle: "このリンクはご利用いただけません",
  voidText:
    "リンクが壊れているか、有効期限が切れています。新しいメッセージのリンクをご利用いただくか、レストランへお問い合わせください。",
  failedTitle: "配信を停止できませんでした",
  failedText:
    "まだ配信が続いている可能性があります。しばらくしてからもう一度お試しいただくか、レストランへお問い合わせください。",
  busyTitle: "しばらくお待ちください",
  busyText: "変更は行われていません。1分後にもう一度お試しください。",
  missingTitle: "ページが見つかりません",
  missingText: "アドレスをご確認いただくか、レストランのサイトのリンクをご利用ください。",
  back: "レストランのサイトへ戻る",
  askFirst: "再送信の前にレストランへお問い合わせください。二重に登録されるおそれがあります。",
  sendAgain: "それでも再送信する",
  guests: { other: "{count}名様" },
};
