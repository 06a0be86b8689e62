// Verifies what comes on standard input as {secret, headers, body}, one JSON value per line; prints what it says.
import { createInterface } from "node:readline";
import { Webhook } from "standardwebhooks";

for await (const line of createInterface({ input: process.stdin })) {
  const { secret, headers, body } = JSON.parse(line);
  try {
    console.log(JSON.stringify({ said: new Webhook(secret).verify(body, headers) }));
  } catch (problem) {
    console.log(JSON.stringify({ refused: problem.message }));
  }
}
