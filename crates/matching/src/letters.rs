//! Likeness letter by letter: how much of two lines stands in both in the same order.

use rapidfuzz::distance::indel;

/// Places of a line in one number of the machine.
const BITS: usize = 64;

/// Letters that have a number of their own.
const LETTERS: usize = 256;

/// Twice the length of a longest common subsequence over both lengths, in [0, 1]; of each line only the first letters, at most so many.
pub(crate) fn likeness(left: &str, right: &str, most: usize) -> f64 {
    if let (Some(left), Some(right)) = (numbered(left, most), numbered(right, most)) {
        return of_numbers(&left, &right);
    }
    let first = |line: &'_ str| line.chars().take(most).collect::<Vec<_>>();
    indel::normalized_similarity(first(left), first(right))
}

/// The letters of a line by number, if they are those of most lines: Latin-1, and the signs of comparison in the place of control
/// characters.
fn numbered(line: &str, most: usize) -> Option<Vec<u8>> {
    if line.is_ascii() && !line.bytes().any(|byte| byte <= 2) {
        return Some(line.as_bytes()[..line.len().min(most)].to_vec());
    }
    let number = |letter: char| match letter {
        '≤' => Some(1),
        '≥' => Some(2),
        '\u{0}'..='\u{2}' => None,
        letter => u8::try_from(letter).ok(),
    };
    line.chars().take(most).map(number).collect()
}

/// The same of letters by number: three times as fast.
#[expect(clippy::cast_precision_loss, reason = "lengths of lines")]
fn of_numbers(left: &[u8], right: &[u8]) -> f64 {
    let all = left.len() + right.len();
    if all == 0 {
        return 1.0;
    }
    let begin = left.iter().zip(right).take_while(|(x, y)| x == y).count();
    let (left, right) = (&left[begin..], &right[begin..]);
    let end = left.iter().rev().zip(right.iter().rev()).take_while(|(x, y)| x == y).count();
    let common = begin + end + common(&left[..left.len() - end], &right[..right.len() - end]);
    // As the library has it, to the last bit.
    1.0 - (all - 2 * common) as f64 / all as f64
}

/// Length of a longest common subsequence, all places of `left` at once: Hyyrö, Bit-Parallel LCS-length Computation Revisited (2004).
fn common(left: &[u8], right: &[u8]) -> usize {
    if left.is_empty() || right.is_empty() {
        return 0;
    }
    let words = left.len().div_ceil(BITS);
    let mut places = vec![0_u64; LETTERS * words];
    for (at, letter) in left.iter().enumerate() {
        places[usize::from(*letter) * words + at / BITS] |= 1 << (at % BITS);
    }
    let mut unmatched = vec![u64::MAX; words];
    for letter in right {
        let of_letter = &places[usize::from(*letter) * words..][..words];
        let mut carry = false;
        for (state, place) in unmatched.iter_mut().zip(of_letter) {
            let matched = *state & place;
            let (sum, first) = state.overflowing_add(matched);
            let (sum, second) = sum.overflowing_add(u64::from(carry));
            carry = first || second;
            *state = sum | (*state - matched);
        }
    }
    // Bits beyond the line are never matched.
    unmatched.iter().map(|state| state.count_zeros() as usize).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn of_nothing_all_is_alike() {
        assert!((likeness("", "", 9) - 1.0).abs() < f64::EPSILON);
        assert!(likeness("", "a", 9).abs() < f64::EPSILON);
        assert!(likeness("bed", "bed days", 3).eq(&1.0), "only the first letters count");
    }

    proptest! {
        #[test]
        fn it_is_the_library_s_to_the_last_bit(left in "[a-d ≤£\u{1}]{0,300}", right in "[a-c ≤≥£λ]{0,300}", most in 0_usize..400) {
            let library = |a: &str, b: &str| indel::normalized_similarity(a.chars().take(most).collect::<Vec<_>>(), b.chars().take(most).collect::<Vec<_>>());
            prop_assert_eq!(likeness(&left, &right, most).to_bits(), library(&left, &right).to_bits());
        }
    }
}
