/** For the engines: how they examine themselves. */
import { explain } from "./explain.js";

/** The key of the text that is put to see that it can be. */
export const EXAMINED = "dinerkit:{examine}";
const SECONDS = 1;

/**
 * What is found wrong: what `findings` finds, and why a durable write fails, if it does. Never rejects, because an engine
 * that cannot be reached is a finding.
 */
export async function examined(name, swap, findings) {
  const wrong = (error) => [{ isWrong: true, text: explain(error, name) }];
  const found = [];
  try {
    await swap([{ key: EXAMINED, text: "examined", seconds: SECONDS }], { durable: true });
  } catch (error) {
    found.push(...wrong(error));
  }
  try {
    found.push(...(await findings()));
  } catch (error) {
    found.push(...wrong(error));
  }
  // A server that does not take the write often says in its settings why; one that is not there says it twice.
  return found.filter(({ text }, index) => found.findIndex((other) => other.text === text) === index);
}
