/** For the client, the rules and the form: names that are not known are refused, because a typing error would go unnoticed. */

/** How many characters at the beginning two names share, whatever their case. */
function shared(one, other) {
  let count = 0;
  while (count < one.length && one[count]?.toLowerCase() === other[count]?.toLowerCase()) count += 1;
  return count;
}
