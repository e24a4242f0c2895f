// points.mjs - every named fault point of numberd (base/fault.h) on the way of a sign-up.

export const POINTS = [
  'store.commit.before',
  'store.commit.after',
  'carrier.buy.before_send',
  'carrier.buy.answered',
  'voice.import.before_send',
  'voice.import.answered',
  'net_money_before_send',
  'net_money_after_answer',
];
