package io.sightlog.journal;

import io.sightlog.event.AnsweredEvent;
import io.sightlog.event.EventDraft;
import io.sightlog.event.JournalId;
import io.sightlog.event.KeptFrame;
import io.sightlog.event.LabelSet;
import io.sightlog.event.LiveSource;
import io.sightlog.event.Origin;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * The recorded journals under {@code src/test/resources/golden}, each in {@code NAME/journal}, with what every reader in every
 * language must make of them: {@code NAME/expected.ndjson} on stdout and {@code NAME/expected.errors}, a line of {@code
 * damaged POSITION} or {@code missing LABELSET} each. They come out the same, byte for byte, wherever they are made:
 *
 * <pre>mvn test -Dtest=GoldenTest -Dgolden.write=true</pre>
 */
public enum Goldens {
    FRAMES(Roll.HOURLY) {
        @Override
        void record(Recording to, Path directory) {
            long labels = to.publish(labels("ssd", "Cat", "Dog: big", "\"Quoted\"", "Straße", "犬 🐕", "", " spaces "));
            long clip = to.now();
            to.append(Recording.ALICE, to.draft());
            to.append(
                    Recording.ALICE,
                    to.draft().source("/photos/dog.jpg").size(768, 576).labelSet(labels));
            to.append(
                    Recording.ALICE,
                    to.draft().source("/photos/Grüße/犬 🐕/\"a\\b\".jpg").stream("Tür 🚪\t\u0001\u001f\u007f\u2028")
                            .size(768, 576)
                            .digest(0x8877665544332211L)
                            .labelSet(labels)
                            .detection(1, 0.7f, 125.25f, 212, 199.5f, 339.0001f, 0));
            EventDraft many = to.draft().source("rtsp://gate/1?a=b&c=/d").stream("gate")
                    .frame(1L << 40, Long.MAX_VALUE)
                    .capturedNanos(-1)
                    .labelSet(labels);
            float[] odd = {
                Float.MIN_VALUE,
                Float.MIN_NORMAL,
                0x1p-96f,
                0x1p87f,
                0x1p90f,
                Float.MAX_VALUE,
                1e-5f,
                16777216f,
                0.1f,
                1e10f
            };
            for (int i = 0; i < odd.length; i++) {
                many.detection(i, i / 9f, -odd[i], -0f, odd[i], odd[odd.length - 1 - i], Long.MAX_VALUE - i);
            }
            to.append(Recording.BOB, many);
            EventDraft crowd = to.draft().source("/video/vtest.avi").stream("vtest")
                    .frame(794, 79_400_000_000L)
                    .capturedNanos(clip + 79_400_000_000L)
                    .size(768, 576)
                    .labelSet(labels);
            Random random = new Random(7);
            for (int i = 0; i < 1000; i++) {
                crowd.detection(
                        random.nextInt(9),
                        random.nextFloat(),
                        random.nextFloat(768),
                        random.nextFloat(576),
                        random.nextFloat(100),
                        random.nextFloat(100),
                        i);
            }
            to.append(Recording.BOB, crowd);
        }
    },
    SKIPS(Roll.DAILY) {
        @Override
        void record(Recording to, Path directory) {
            to.append(
                    Recording.ALICE,
                    to.draft().source("/photos/empty.jpg").took(0, 0).skip("it has no bytes"));
            to.append(Recording.ALICE, to.draft().source("/photos/dog.jpg").size(768, 576));
            to.append(
                    Recording.ALICE,
                    to.draft()
                            .source("/video/broken.mp4")
                            .frame(17, 680_000_000)
                            .took(900, 0)
                            .skip("decoder said:\r\n\t\"défaut\" \u0000 💥"));
            to.append(Recording.BOB, to.draft().source("/photos/x").skip(""));
        }
    },
    ROLLS(Roll.MINUTELY) {
        @Override
        void record(Recording to, Path directory) {
            for (int i = 0; i < 40; i++) { // several index entries a cycle
                to.append(
                        i % 3 == 0 ? Recording.ALICE : Recording.BOB, to.draft().frame(i, i * 40_000_000L));
            }
            to.advance(1, TimeUnit.MINUTES);
            to.append(Recording.ALICE, to.draft().frame(40, 0));
            to.advance(5, TimeUnit.MINUTES);
            for (int i = 41; i < 60; i++) {
                to.append(Recording.ALICE, to.draft().frame(i, 0));
            }
        }
    },
    /** Writers died before they could end their cycles. */
    ABANDONED_CYCLES(Roll.MINUTELY) {
        @Override
        void record(Recording to, Path directory) throws IOException {
            for (int i = 0; i < 12; i++) {
                to.append(Recording.ALICE, to.draft().frame(i, 0));
                to.advance(i % 4 == 3 ? 150 : 1, TimeUnit.SECONDS);
            }
            to.removeEndMarks();
        }
    },
    LABEL_SETS(Roll.HOURLY) {
        @Override
        void record(Recording to, Path directory) {
            long ssd = to.publish(labels("ssd", "cat", "dog"));
            long other = to.publish(labels("center net 🎯", "Person"));
            long none = to.publish(labels("nothing"));
            for (long labels : new long[] {ssd, other, ssd, 0, none}) {
                to.append(
                        labels == other ? Recording.BOB : Recording.ALICE,
                        to.draft()
                                .labelSet(labels)
                                .detection(0, 0.5f, 1, 2, 3, 4, 0)
                                .detection(1, 0.25f, 1, 2, 3, 4, 0));
            }
        }
    },
    MISSING_LABEL_SET(Roll.HOURLY) {
        @Override
        void record(Recording to, Path directory) throws IOException {
            long kept = to.publish(labels("kept", "cat"));
            long lost = to.publish(labels("lost", "cat"));
            for (long labels : new long[] {kept, lost, kept, lost}) {
                to.append(Recording.ALICE, to.draft().labelSet(labels).detection(0, 0.5f, 1, 2, 3, 4, 0));
            }
            Files.delete(directory.resolve("catalogue/" + io.sightlog.event.Digest.hex(lost) + ".yaml"));
        }
    },
    OWN_LABELS(Roll.HOURLY) {
        @Override
        void record(Recording to, Path directory) {
            long labels = to.publish(labels("ssd", "cat", "dog"));
            String own = "0\tKatze\n1\tHund 🐕\n7\ttab\u00a0less\n";
            to.append(Recording.ALICE, two(to).ownLabels("own", own));
            to.append(Recording.ALICE, two(to).ownLabels("", "1\tonly the second"));
            to.append(Recording.ALICE, two(to).ownLabels("only the model", "").labelSet(labels));
            to.append(Recording.ALICE, two(to).ownLabels("both", own).labelSet(labels));
            to.append(Recording.ALICE, two(to).ownLabels("not there", own).labelSet(0x1122334455667788L));
        }

        private EventDraft two(Recording to) {
            return to.draft().detection(0, 0.5f, 1, 2, 3, 4, 0).detection(1, 0.5f, 1, 2, 3, 4, 0);
        }
    },
    UNKNOWN_SECTIONS(Roll.HOURLY) {
        @Override
        void record(Recording to, Path directory) {
            byte[] mask = new byte[1001];
            Arrays.fill(mask, (byte) 0xff);
            EventDraft draft = to.draft().source("/photos/dog.jpg").stream("s")
                    .detection(3, 0.5f, 1, 2, 3, 4, 5)
                    .section(16, mask)
                    .section(31, new byte[0])
                    .section(40_000, "SLOG".getBytes(StandardCharsets.US_ASCII))
                    .section(-1, new byte[] {1});
            to.append(Recording.ALICE, draft);
            to.append(wider(to.bytes(Recording.ALICE, draft)));
        }

        /** As a later version may write it: a header of 120 bytes and detections of 40. */
        private byte[] wider(byte[] event) {
            ByteBuffer from = ByteBuffer.wrap(event).order(ByteOrder.LITTLE_ENDIAN);
            int table = 112 + 32;
            int sections = from.getShort(110);
            ByteBuffer wide = ByteBuffer.allocate(event.length + 16).order(ByteOrder.LITTLE_ENDIAN);
            wide.put(event, 0, 112).putLong(-1).put(event, 112, 32).putLong(-1).put(event, table, event.length - table);
            wide.putShort(10, (short) 120).putInt(12, event.length + 16).putShort(108, (short) 40);
            for (int i = 0; i < sections; i++) {
                int offset = table + 16 + 12 * i + 4;
                wide.putInt(offset, wide.getInt(offset) + 16);
            }
            return Recording.signed(wide.array());
        }
    },
    RARE_SECTIONS(Roll.HOURLY) {
        @Override
        void record(Recording to, Path directory) {
            JournalId here = JournalId.parse("00112233445566778899aabbccddeeff");
            JournalId there = JournalId.parse("f0e1d2c3b4a5968778695a4b3c2d1e0f");
            KeptFrame kept =
                    new KeptFrame(here, 0xfedcba9876543210L, 3, 1L << 40, 70_000, 0x0badbeef, KeptFrame.JPEG, 640, 480);
            LiveSource live = new LiveSource(3, 41_000_000, 1, 2_500_000_000L);
            Origin record = new Origin(
                    Origin.KAFKA,
                    "MkU3OEVBNTcwNTJENDM2Qk",
                    "Tür 🚪 \"a\\b\"\t",
                    "kXz9",
                    "",
                    7,
                    1L << 50,
                    List.of(there, here),
                    0x8000000000000001L,
                    10,
                    -11);
            Origin message = new Origin(Origin.MQTT, "gate", "a/b", "", "id 1", -1, -1, List.of(), 0, 0, 0);
            AnsweredEvent answered = new AnsweredEvent(here, 9, Long.MAX_VALUE, 0x4d0f00000012L, 2);
            to.append(
                    Recording.ALICE,
                    to.draft().source("rtsp://gate/1").stream("gate")
                            .detection(3, 0.5f, 1, 2, 3, 4, 5)
                            .keptFrame(kept)
                            .live(live)
                            .origin(record)
                            .answers(answered)
                            .section(40_000, new byte[] {1, 2, 3}));
            to.append(
                    Recording.ALICE, to.draft().live(new LiveSource(0, 0, 0, 0)).skip("no frame for 2.5 s"));
            to.append(Recording.BOB, to.draft().keptFrame(new KeptFrame(there, 1, 0, 0, 1, 0, 77, 0, 0)));
            to.append(Recording.BOB, to.draft().origin(message).message("door", "open"));
            to.append(
                    Recording.BOB,
                    to.draft().answers(new AnsweredEvent(null, -1, 0, 0, 0)).message("verdict", new byte[] {0}, 0, 1));
            to.append(Recording.BOB, to.draft().origin(new Origin(9, "", "", "", "", 0, 0, List.of(), 0, 0, 0)));
            to.append(longer(to.bytes(Recording.ALICE, to.draft().live(live))));
        }

        /** As a later version may write it: a section of which this one reads the beginning. */
        private byte[] longer(byte[] event) {
            ByteBuffer longer = ByteBuffer.allocate(event.length + 8).order(ByteOrder.LITTLE_ENDIAN);
            longer.put(event).putLong(-1);
            return Recording.signed(longer.putInt(12, event.length + 8)
                    .putInt(112 + 8, longer.getInt(112 + 8) + 8)
                    .array());
        }
    },
    BATCHES(Roll.MINUTELY) {
        @Override
        void record(Recording to, Path directory) {
            long labels = to.publish(labels("ssd", "cat", "dog"));
            int frame = 0;
            for (int size : new int[] {0, 3, 1, 0, 200, 0, 2, 40}) {
                if (size == 0) {
                    to.append(Recording.BOB, event(to, frame++, labels));
                } else {
                    List<byte[]> events = new ArrayList<>();
                    for (int i = 0; i < size; i++) {
                        events.add(to.bytes(Recording.ALICE, event(to, frame++, labels)));
                        to.advance(10, TimeUnit.MICROSECONDS);
                    }
                    to.excerpt(Recording.batch(events));
                }
                if (size == 200) {
                    to.advance(1, TimeUnit.MINUTES);
                }
            }
        }

        private EventDraft event(Recording to, int frame, long labels) {
            EventDraft draft =
                    to.draft().stream("burst").frame(frame, frame * 1000L).labelSet(labels);
            if (frame % 5 == 4) {
                return draft.skip("every fifth");
            }
            return frame % 2 == 0 ? draft : draft.detection(frame % 3, 0.5f, frame, 2, 3, 4, 0);
        }
    },
    MESSAGES(Roll.HOURLY) {
        @Override
        void record(Recording to, Path directory) {
            to.append(Recording.ALICE, to.draft().message("door", "open \"now\"\n🚪"));
            to.append(Recording.ALICE, to.draft().message("door", ""));
            byte[] bytes = {(byte) 0xfb, (byte) 0xef, 0x41};
            for (int length = 0; length < 4; length++) {
                to.append(Recording.ALICE, to.draft().stream("s").message("ключ/1", bytes, 0, length));
            }
            to.append(Recording.ALICE, to.draft());
            to.append(
                    Recording.BOB,
                    to.draft()
                            .source("/lines/\"a\"")
                            .message("ü".repeat(127) + "x", "\u0000\u001f\u007f\u0085\u2028\\\uffff")
                            .section(16, bytes)
                            .section(70_000, new byte[0]));
            to.excerpt(Recording.batch(List.of(
                    to.bytes(Recording.BOB, to.draft().message("door", "one")),
                    to.bytes(Recording.BOB, to.draft().message("door", "")),
                    to.bytes(Recording.BOB, to.draft().frame(5, 0)),
                    to.bytes(Recording.BOB, to.draft().message("door", bytes, 0, 0)),
                    to.bytes(Recording.BOB, to.draft().message("door", bytes, 0, 3)))));
            byte[] all = new byte[1024];
            for (int i = 0; i < all.length; i++) {
                all[i] = (byte) (i * 7);
            }
            to.append(Recording.ALICE, to.draft().message("all", all, 0, all.length));
        }
    },
    /** Twice in which the machine stopped, and the next writer laid fillers over what was lost. */
    HOLES(Roll.MINUTELY) {
        @Override
        void record(Recording to, Path directory) throws IOException {
            for (int i = 0; i < 40; i++) {
                if (i == 20) {
                    to.excerpt(Recording.batch(List.of(event(to), event(to), event(to))));
                }
                to.append(
                        i % 3 == 0 ? Recording.ALICE : Recording.BOB, to.draft().frame(i, i));
            }
            to.lose(5, 8, 19, 21, 30);
            for (int i = 40; i < 50; i++) {
                to.append(Recording.ALICE, to.draft().frame(i, i).message("gate", "open"));
            }
            to.lose(44, 45);
            to.append(Recording.BOB, to.draft().frame(50, 50));
        }

        private byte[] event(Recording to) {
            return to.bytes(Recording.BOB, to.draft().source("/photos/dog.jpg"));
        }
    },
    DAMAGED(Roll.HOURLY) {
        @Override
        void record(Recording to, Path directory) {
            to.append(Recording.ALICE, plain(to));
            to.excerpt(changed(to, 48, 1)); // checksum
            to.append(Recording.ALICE, plain(to));
            to.excerpt(changed(to, 12, 0x40)); // totalBytes
            to.excerpt(Recording.signed(changed(to, 8, 2))); // a newer version
            to.excerpt(Recording.signed(changed(to, 9, 77))); // an unknown kind
            to.excerpt(Recording.signed(changed(to, 10, 111))); // headerBytes
            to.excerpt(Recording.signed(changed(to, 108, 31))); // detectionBytes
            to.excerpt(Recording.signed(changed(to, 106, 1))); // 65,536 detections
            to.excerpt(Recording.signed(changed(to, 110, 9))); // sections
            to.excerpt(Recording.signed(changed(to, 116, 0x7f))); // where a section is
            to.excerpt(utf8("somebody else's bytes, and enough of them to be an event if they only began like one, "
                    + "which they do not, do they?"));
            to.excerpt(new byte[] {1, 2, 3});
            to.append(Recording.ALICE, plain(to));
            to.excerpt(Recording.batch(
                    List.of(event(to), changed(to, 60, 1), event(to), Recording.batch(List.of(event(to))), event(to))));
            byte[] batch = Recording.batch(List.of(event(to), event(to)));
            batch[24] ^= 4;
            to.excerpt(batch);
            to.excerpt(Arrays.copyOf(Recording.batch(List.of(event(to), event(to))), 200));
            to.excerpt(shifted(to, 2));
            to.excerpt(shifted(to, -60));
            to.excerpt(shifted(to, 60));
            to.excerpt(shifted(to, 1 << 20));
            to.append(Recording.ALICE, plain(to));
        }

        /** A batch in which the second event is said to begin elsewhere. */
        private byte[] shifted(Recording to, int by) {
            byte[] batch = Recording.batch(List.of(event(to), event(to)));
            ByteBuffer bytes = ByteBuffer.wrap(batch).order(ByteOrder.LITTLE_ENDIAN);
            bytes.putInt(28, bytes.getInt(28) + by);
            return Recording.signed(batch, 32);
        }

        private EventDraft plain(Recording to) {
            return to.draft().source("/photos/dog.jpg");
        }

        private byte[] event(Recording to) {
            return to.bytes(Recording.ALICE, plain(to));
        }

        private byte[] changed(Recording to, int offset, int value) {
            byte[] event = event(to);
            event[offset] = (byte) value;
            return event;
        }
    };

    /** 4 from 5 on, 12 from 19 on, of which most are sound and nothing says their numbers, and 2 from 44 on. */
    static final int LOST_IN_HOLES = 18;

    static final Path FOLDER = Path.of("src/test/resources/golden");

    private final Roll roll;

    Goldens(Roll roll) {
        this.roll = roll;
    }

    abstract void record(Recording to, Path directory) throws IOException;

    String text() {
        return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }

    public Path folder() {
        return FOLDER.resolve(text());
    }

    public Path journal() {
        return folder().resolve("journal");
    }

    /** Makes the journal anew. */
    void record(Path directory) throws IOException {
        try (Recording recording = new Recording(directory, roll)) {
            record(recording, directory);
        }
    }

    private static LabelSet labels(String model, String... labels) {
        Map<Integer, String> byId = new TreeMap<>();
        for (int i = 0; i < labels.length; i++) {
            byId.put(i, labels[i]);
        }
        String sha256 = "608587c247e93fb33013994a9398a2ab4e247ac126f525f59b42de1b7bce1e29";
        return new LabelSet(
                new LabelSet.Model(model, sha256, "1x300x300x3 NHWC RGB, -1..1", 0.5f, 0.45f, ""), new TreeMap<>(byId));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
