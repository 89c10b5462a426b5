package io.sightlog.detect;

import io.sightlog.detect.Input.Colour;
import io.sightlog.detect.Input.Layout;
import io.sightlog.detect.ModelCard.Nms;
import io.sightlog.detect.Recognition.Conclusion;
import io.sightlog.detect.internal.darknet.DarknetNet;
import io.sightlog.detect.internal.darknet.DarknetWeights;
import io.sightlog.detect.internal.engine.Engine;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Darknet's cfg and weights, which become an ONNX model in memory. What it finds is what {@code darknet detector test} finds. */
final class DarknetModel extends Model {
    private static final String CFG = ".cfg";
    private static final String WEIGHTS = ".weights";
    private static final float CONF = 0.25f;
    private static final float IOU = 0.45f;

    private final Path file;
    private final ModelFiles files;

    DarknetModel(Path file, ModelFiles files) {
        super(nameOf(file), file.toAbsolutePath().toString(), null);
        this.file = file;
        this.files = files;
    }

    @Override
    LoadedModel load(DetectorOptions options) {
        boolean isCfg = file.toString().toLowerCase(Locale.ROOT).endsWith(CFG);
        Path cfg = isCfg ? file : cfgOf(file);
        Path weights = isCfg ? weightsOf(file) : file;
        if (!isCfg && files.weights() != null) {
            throw new ModelException("the model is " + file + ", and the weights " + files.weights()
                    + "; give the cfg as the model: --model FILE.cfg --weights " + files.weights());
        }
        DetectorOptions.ImageSize size = options.imgsz();
        DarknetNet net = DarknetNet.of(
                bytes(cfg), cfg.toString(), size == null ? 0 : size.width(), size == null ? 0 : size.height());
        List<Conclusion> conclusions = new ArrayList<>();
        List<String> assumptions = new ArrayList<>();
        List<String> labels = labels(cfg, net, conclusions, assumptions);
        DarknetWeights loaded = DarknetWeights.read(weights, net);
        ModelCard card = card(net, weights, loaded.sha256(), labels);
        Engine engine = loaded.engine(name() + " " + location(), options.engine());
        conclusions.addAll(0, conclusions(net, card, cfg, size != null));
        return new LoadedModel(card, engine, net.decoder(), new Recognition(conclusions, assumptions));
    }

    private ModelCard card(DarknetNet net, Path weights, String sha256, List<String> labels) {
        return new ModelCard(
                name(),
                weights.getFileName().toString(),
                "",
                "",
                sha256,
                Input.floats(
                        DarknetNet.INPUT,
                        net.width(),
                        net.height(),
                        Layout.NCHW,
                        Colour.RGB,
                        Input.Range.UNIT,
                        net.isLetterbox() ? Fit.DARKNET_LETTERBOX : Fit.DARKNET),
                "darknet",
                Map.of(),
                net.outputs(),
                labels,
                CONF,
                IOU,
                net.nms());
    }

    private static List<Conclusion> conclusions(DarknetNet net, ModelCard card, Path cfg, boolean isResized) {
        Input input = card.input();
        Nms nms = card.nms();
        String in = " in " + cfg.getFileName();
        return List.of(
                new Conclusion("family", net.family(), net.familyWhy() + in),
                new Conclusion(
                        "input",
                        input.width() + "x" + input.height() + " NCHW float32",
                        isResized ? "as --imgsz says" : net.sizeWhy() + in),
                new Conclusion("fit", input.fit().toString(), net.fitWhy() + in),
                new Conclusion("colour", input.colour().toString(), "every Darknet model"),
                new Conclusion("scale", input.scale().toString(), "every Darknet model"),
                new Conclusion("outputs", net.outputsShown(), "what comes into " + net.familyWhy()),
                new Conclusion(
                        "nms",
                        nms.kind() == Nms.Kind.IOU ? "IoU" : "DIoU, exponent " + Input.plain(nms.beta()),
                        net.nmsWhy() + in),
                new Conclusion(
                        "weights", card.file() + ", SHA-256 " + card.sha256(), "their size is what the cfg wants"));
    }

    private List<String> labels(Path cfg, DarknetNet net, List<Conclusion> conclusions, List<String> assumptions) {
        int classes = net.classes();
        LabelFile.Found found;
        if (files.labels() != null) {
            found = new LabelFile.Found(
                    files.labels(), LabelFile.read(files.labels(), classes), "--labels " + files.labels());
        } else {
            found = LabelFile.beside(cfg, classes).orElse(null);
        }
        if (found == null) {
            List<String> numbered = LabelFile.numbered(classes);
            conclusions.add(
                    new Conclusion("labels", classes + ", from class 0 on", "no file of labels lies beside the model"));
            assumptions.add("labels are " + numbered.get(0) + (classes == 1 ? "" : " to " + numbered.get(classes - 1))
                    + ": no " + nameOf(cfg) + ".names lies beside the model; --labels FILE gives them");
            return numbered;
        }
        conclusions.add(
                new Conclusion("labels", classes + ", from " + found.labels().get(0) + " on", found.why()));
        return found.labels();
    }

    private Path weightsOf(Path cfg) {
        Path weights = files.weights() != null ? files.weights() : cfg.resolveSibling(nameOf(cfg) + WEIGHTS);
        if (!Files.isRegularFile(weights)) {
            throw new ModelException("the cfg " + cfg + " needs its weights: there is no file " + weights
                    + "; give them with --weights FILE");
        }
        return weights;
    }

    /** Darknet saves weights of {@code NAME.cfg} as {@code NAME_best.weights}, {@code NAME_final.weights}, {@code NAME_1000.weights}. */
    private static Path cfgOf(Path weights) {
        Path same = weights.resolveSibling(nameOf(weights) + CFG);
        Path trained = weights.resolveSibling(nameOf(weights).replaceFirst("_(best|final|last|[0-9]+)$", "") + CFG);
        if (Files.isRegularFile(same)) {
            return same;
        }
        if (Files.isRegularFile(trained)) {
            return trained;
        }
        throw new ModelException("the weights " + weights + " need their cfg: there is no file " + same
                + (trained.equals(same) ? "" : ", and no " + trained)
                + "; give it as the model, --model FILE.cfg --weights " + weights);
    }

    private static byte[] bytes(Path cfg) {
        try (InputStream in = Files.newInputStream(cfg)) {
            return in.readNBytes(DarknetNet.MAX_CFG_BYTES + 1); // enough to see that there are more
        } catch (IOException e) {
            throw new ModelException("cannot read the cfg " + cfg + ": " + e, e);
        }
    }
}
