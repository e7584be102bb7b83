//! A recording made by code: two voices that take turns, as tones. WAV, 8 kHz, mono, 16 bits.

const RATE: u32 = 8000;

/// So many seconds of it.
pub fn conversation(seconds: u32) -> Vec<u8> {
    let samples = RATE * seconds;
    let mut file = Vec::with_capacity(44 + samples as usize * 2);
    let number = |file: &mut Vec<u8>, number: u32| file.extend_from_slice(&number.to_le_bytes());
    file.extend_from_slice(b"RIFF");
    number(&mut file, 36 + samples * 2);
    file.extend_from_slice(b"WAVEfmt ");
    number(&mut file, 16);
    // PCM, one channel.
    file.extend_from_slice(&[1, 0, 1, 0]);
    number(&mut file, RATE);
    number(&mut file, RATE * 2);
    file.extend_from_slice(&[2, 0, 16, 0]);
    file.extend_from_slice(b"data");
    number(&mut file, samples * 2);
    for sample in 0..samples {
        file.extend_from_slice(&loudness(sample).to_le_bytes());
    }
    file
}

/// A turn is eight tenths of a second of syllables and two of silence.
#[expect(clippy::cast_possible_truncation, reason = "the amplitude fits")]
fn loudness(sample: u32) -> i16 {
    let (turn, within) = (sample / RATE, f64::from(sample % RATE) / f64::from(RATE));
    if within > 0.8 {
        return 0;
    }
    let pitch = if turn.is_multiple_of(2) { 220.0 } else { 330.0 };
    let wave = (std::f64::consts::TAU * pitch * within).sin();
    let syllable = (std::f64::consts::TAU * 2.5 * within).sin().abs();
    (wave * syllable * 9000.0) as i16
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::recordings::AudioKind;

    #[test]
    fn it_is_a_wav_that_lasts_as_long_as_it_says() {
        let file = conversation(3);
        assert_eq!(file.len(), 44 + 48_000);
        assert_eq!(AudioKind::of(&file), Some(AudioKind::Wav));
        assert_eq!(AudioKind::Wav.seconds(&file, file.len() as u64), Some(3));
        assert!(file[44..].iter().any(|byte| *byte != 0), "somebody speaks");
    }
}
