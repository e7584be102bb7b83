// A recording made by code: so many seconds of a tone, as a WAV of 8 kHz.
export function tone(seconds: number): Buffer {
  const rate = 8000;
  const samples = rate * seconds;
  const head = Buffer.alloc(44);
  head.write("RIFF", 0);
  head.writeUInt32LE(36 + samples * 2, 4);
  head.write("WAVEfmt ", 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(rate, 24);
  head.writeUInt32LE(rate * 2, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(16, 34);
  head.write("data", 36);
  head.writeUInt32LE(samples * 2, 40);
  const sound = Buffer.alloc(samples * 2);
  for (let sample = 0; sample < samples; sample++) {
    sound.writeInt16LE(Math.round(8000 * Math.sin((2 * Math.PI * 330 * sample) / rate)), sample * 2);
  }
  return Buffer.concat([head, sound]);
}
