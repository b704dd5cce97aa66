/** How often each measurement is repeated: what fails one time in three would pass a single round. */
export const rounds = Number(process.env['GRACEGATE_ROUNDS'] ?? 5);
if (!Number.isInteger(rounds) || rounds < 1) {
  throw new Error(`GRACEGATE_ROUNDS must be a whole number from 1, not ${process.env['GRACEGATE_ROUNDS']}`);
}

/** The numbers of the rounds, for `it.each`. */
export const everyRound: readonly number[] = Array.from({ length: rounds }, (_, index) => index + 1);
