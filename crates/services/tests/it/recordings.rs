//! Recordings: kept whole or not at all, one per call, read by its organisation.

use bytes::Bytes;
use domain::{
    Actor, AppError, CallId, Code,
    calls::StartForm,
    recordings::{AudioKind, MOST_BYTES},
};
use futures::{StreamExt, TryStreamExt, stream};
use services::{
    calls::{self, Call, Started},
    jobs::{self, Kind},
    recordings::{load_recording, read_recording, save_recording},
};

use crate::{on_both_databases, slots::program, world::World};

const AYSE: &str = "ayse@yildiz.example";
const WAV: &[u8] =
    b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x80\x3e\0\0\x02\0\x10\0data\0\0\0\0";

pub async fn begin(world: &World, actor: Actor) -> Call {
    let form = StartForm { direction: "inbound".into(), ..StartForm::default() };
    match calls::start(&world.context, program(actor).write_calls().unwrap(), form).await.unwrap() {
        Started::Running(call, _) => *call,
        Started::Full(usage) => panic!("{usage:?}"),
    }
}

pub async fn save(
    world: &World,
    actor: Actor,
    id: CallId,
    pieces: Vec<Result<Bytes, ()>>,
) -> Result<Call, AppError> {
    let machine = program(actor).write_calls().unwrap();
    save_recording(&world.context, machine, id, stream::iter(pieces)).await
}

pub fn wav(seconds: usize) -> Vec<Result<Bytes, ()>> {
    // Its head in two pieces, as a network may cut it.
    let (one, other) = WAV.split_at(7);
    let second = || Ok(Bytes::from(vec![7; 16_000]));
    [Ok(Bytes::from_static(one)), Ok(Bytes::from_static(other))]
        .into_iter()
        .chain((0..seconds).map(|_| second()))
        .collect()
}

pub async fn read(world: &World, actor: Actor, id: CallId) -> Result<Vec<u8>, AppError> {
    let recording = load_recording(&world.context, actor.member(), id).await?;
    let whole = 0..recording.bytes;
    let pieces = read_recording(&world.context, &recording, whole).await?;
    Ok(pieces.try_collect::<Vec<_>>().await.unwrap().concat())
}

on_both_databases! {
    async fn a_recording_is_kept_and_replaced(world: World) {
        let ayse = world.owner(AYSE).await;
        let id = begin(&world, ayse).await.id();
        assert_eq!(read(&world, ayse, id).await, Err(Code::NotFound.into()), "not yet");
        let call = save(&world, ayse, id, wav(3)).await.unwrap();
        assert_eq!((call.recording_seconds, call.recording_bytes, call.version), (Some(3), Some(48_044), 2));
        assert_eq!(read(&world, ayse, id).await.unwrap().len(), 48_044);
        let first = load_recording(&world.context, ayse.member(), id).await.unwrap();
        assert_eq!(first.kind, AudioKind::Wav);
        // After the end, too; and another kind of file.
        calls::end(&world.context, program(ayse).write_calls().unwrap(), id, "completed").await.unwrap();
        let call = save(&world, ayse, id, vec![Ok(Bytes::from_static(b"ID3 and what follows"))]).await.unwrap();
        assert_eq!((call.recording_type.as_deref(), call.recording_seconds), (Some("audio/mpeg"), None));
        assert_eq!(read(&world, ayse, id).await.unwrap(), b"ID3 and what follows");
        jobs::run_due(&world.context, Kind::Erase).await.unwrap();
        let gone = read_recording(&world.context, &first, 0..1).await;
        assert_eq!(gone.map(drop), Err(Code::NotFound.into()), "the old file is deleted");
    }

    async fn of_what_went_wrong_nothing_is_left(world: World) {
        let ayse = world.owner(AYSE).await;
        let id = begin(&world, ayse).await.id();
        save(&world, ayse, id, wav(1)).await.unwrap();
        let kept = load_recording(&world.context, ayse.member(), id).await.unwrap();
        let mut broken = wav(400);
        broken.push(Err(()));
        assert_eq!(save(&world, ayse, id, broken).await, Err(Code::BadRequest.into()));
        let large = stream::iter(wav(1)).chain(stream::iter((0..=MOST_BYTES >> 20).map(|_| Ok(Bytes::from(vec![0; 1 << 20])))));
        let machine = program(ayse).write_calls().unwrap();
        let refused = save_recording(&world.context, machine, id, large).await;
        assert_eq!(refused, Err(Code::TooLarge.into()));
        for (pieces, code) in [
            (vec![], Code::Required),
            (vec![Ok(Bytes::from_static(b"<html><script>alert(1)</script>"))], Code::FileTypeRefused),
            (vec![Ok(Bytes::from_static(b"\x89PNG\r\n\x1a\n"))], Code::FileTypeRefused),
        ] {
            assert_eq!(save(&world, ayse, id, pieces).await.unwrap_err().of("recording"), Some(code));
        }
        assert_eq!(load_recording(&world.context, ayse.member(), id).await.unwrap(), kept);
    }

    async fn a_recording_is_of_its_organisation(world: World) {
        let (ayse, deniz) = (world.owner(AYSE).await, world.owner("deniz@deniz.example").await);
        let id = begin(&world, ayse).await.id();
        let unread = stream::once(async { panic!("nothing is read for a call of others") });
        let machine = program(deniz).write_calls().unwrap();
        let refused = save_recording::<()>(&world.context, machine, id, Box::pin(unread)).await;
        assert_eq!(refused, Err(Code::NotFound.into()));
        save(&world, ayse, id, wav(1)).await.unwrap();
        assert_eq!(read(&world, deniz, id).await, Err(Code::NotFound.into()));
        let nobodys = CallId(world.context.id());
        assert_eq!(read(&world, ayse, nobodys).await, Err(Code::NotFound.into()));
    }
}
