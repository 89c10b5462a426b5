package io.sightlog.cli;

import java.util.List;
import java.util.Map;

/** Command lines to copy, by verb. Each is one that works; {@code HelpTextTest} parses them. */
final class HelpExamples {
    private static final Map<String, List<String>> BY_VERB = Map.ofEntries(
            Map.entry(
                    "sightlog",
                    List.of(
                            "sightlog demo",
                            "sightlog produce photos/*.jpg",
                            "sightlog tail --follow",
                            "sightlog tail --help")),
            Map.entry(
                    "sightlog tail",
                    List.of(
                            "sightlog tail --follow",
                            "sightlog tail -n 50 --classes dog,person --seen",
                            "sightlog tail --from -5m --format ndjson",
                            "sightlog tail --as alarm --follow")),
            Map.entry(
                    "sightlog produce",
                    List.of(
                            "sightlog produce photos/*.jpg",
                            "sightlog produce --conf 0.4 --stride 5 --stream door clip.mp4",
                            "sightlog produce --model best.onnx --classes helmet site.mp4",
                            "sightlog produce --fps 5 front=rtsp://10.0.0.5/live yard=rtsp://10.0.0.6/live",
                            "sightlog produce --keep-for 7d --keep-size 10GB list.txt")),
            Map.entry(
                    "sightlog replay",
                    List.of("sightlog replay --from 10:00 --rate 4", "sightlog replay --rate max --into copy")),
            Map.entry(
                    "sightlog draw",
                    List.of("sightlog draw --out boxes", "sightlog draw --from -10 --classes dog --seen --out dogs")),
            Map.entry("sightlog frames", List.of("sightlog frames export --from yesterday --out pictures")),
            Map.entry(
                    "sightlog frames export",
                    List.of(
                            "sightlog frames export --out pictures",
                            "sightlog frames export --classes person --follow")),
            Map.entry(
                    "sightlog append",
                    List.of(
                            "sightlog tail --from start --format ndjson | sightlog append -q copy",
                            "sightlog append --batch 32 < events.ndjson")),
            Map.entry(
                    "sightlog send",
                    List.of("uptime | sightlog send host/load", "sightlog send door/front --file a.png")),
            Map.entry(
                    "sightlog prune",
                    List.of(
                            "sightlog prune --keep-for 7d",
                            "sightlog prune --keep-size 10GB --execute",
                            "sightlog prune --keep-cycles 24 --ignore old --execute")),
            Map.entry(
                    "sightlog consumers",
                    List.of(
                            "sightlog consumers --json",
                            "sightlog consumers reset alarm --to -10 --execute",
                            "sightlog consumers delete old")),
            Map.entry("sightlog consumers reset", List.of("sightlog consumers reset alarm --to end --execute")),
            Map.entry("sightlog consumers delete", List.of("sightlog consumers delete old --execute")),
            Map.entry("sightlog info", List.of("sightlog info", "sightlog info --all -q other")),
            Map.entry("sightlog verify", List.of("sightlog verify", "sightlog verify --from yesterday --json")),
            Map.entry("sightlog doctor", List.of("sightlog doctor -q other", "sightlog doctor --max-age 30s")),
            Map.entry("sightlog recover", List.of("sightlog recover -q damaged --into saved")),
            Map.entry("sightlog latency", List.of("sightlog latency --from -1h")),
            Map.entry(
                    "sightlog models",
                    List.of(
                            "sightlog models --labels",
                            "sightlog models best.onnx",
                            "sightlog models best.onnx --write-card")),
            Map.entry(
                    "sightlog serve",
                    List.of(
                            "sightlog serve -q /data/queue --open",
                            "sightlog serve --listen 0.0.0.0:7575 --cert cert.pem --key-file key.pem",
                            "sightlog serve --cache ~/.cache/pages --source-root /data/pictures")),
            Map.entry(
                    "sightlog kafka",
                    List.of(
                            "sightlog kafka send -b localhost:9092 -t events --as kafka",
                            "sightlog kafka receive -q copy -b localhost:9092 -t events --as-events")),
            Map.entry(
                    "sightlog kafka receive",
                    List.of(
                            "sightlog kafka receive -q orders -b localhost:9092 -t orders",
                            "sightlog kafka receive -q copy -b k1,k2 -t replica --as-events --strict")),
            Map.entry(
                    "sightlog kafka send",
                    List.of(
                            "sightlog kafka send -b localhost:9092 -t events --as kafka",
                            "sightlog kafka send -b k1,k2 -F tls.properties -t events --as hq --seen",
                            "sightlog kafka send -b k1 -t replica --as copy --format raw --exactly-once")),
            Map.entry(
                    "sightlog mqtt",
                    List.of(
                            "sightlog mqtt send --host broker --as mqtt",
                            "sightlog mqtt receive --host broker -t 'sensors/#' --id yard")),
            Map.entry(
                    "sightlog mqtt send",
                    List.of(
                            "sightlog mqtt send --host broker --as mqtt",
                            "sightlog mqtt send -t 'yard/{stream}/{label}' --as dogs --classes dog --seen",
                            "sightlog mqtt send --cafile ca.pem --user yard --password-file pw --as mqtt")),
            Map.entry(
                    "sightlog mqtt receive",
                    List.of(
                            "sightlog mqtt receive --host broker -t 'sensors/#' --id yard",
                            "sightlog mqtt receive -t 'yard/#' --id hq --as-events -q replica")),
            Map.entry("sightlog mirror shm", List.of("sightlog mirror shm --name ipc_dog_shm")),
            Map.entry(
                    "sightlog bench latency",
                    List.of("sightlog bench latency --rate 1000 --rounds 3 --plot latency.svg")),
            Map.entry("sightlog bench throughput", List.of("sightlog bench throughput --rounds 3")));

    private HelpExamples() {}

    /** Of a verb as it is typed, without its options; none for some. */
    static List<String> of(String qualifiedName) {
        return BY_VERB.getOrDefault(qualifiedName, List.of());
    }
}
