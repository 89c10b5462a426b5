package io.sightlog.detect.internal.darknet;

import io.sightlog.detect.Input;
import io.sightlog.detect.ModelCard.Nms;
import io.sightlog.detect.ModelException;
import io.sightlog.detect.internal.decode.OutputDecoder;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a cfg says: a net without its weights. Immutable; any thread may use it.
 */
public final class DarknetNet {
    /** With more it is refused. */
    public static final int MAX_CFG_BYTES = Cfg.MAX_BYTES;

    /** Name of the picture's tensor. */
    public static final String INPUT = "picture";

    private static final float GREEDY_BETA = 0.6f;

    private final Section net;
    private final Blob picture;
    private final List<Head> heads;
    private final List<Kernel> kernels;
    private final List<String> outputs;
    private final boolean isLetterbox;
    private final Nms nms;
    private final byte[] onnx;

    private DarknetNet(Section net, Blob picture, NetBuilder builder) {
        this.net = net;
        this.picture = picture;
        this.heads = List.copyOf(builder.heads());
        this.kernels = List.copyOf(builder.kernels());
        this.outputs = builder.declareOutputs();
        this.isLetterbox = net.flag("letter_box");
        this.nms = nms(heads.get(heads.size() - 1).section());
        this.onnx = builder.graph().bytes();
    }

    /**
     * @param cfg the file
     * @param where its path, for messages
     * @param width of the input in pixels, or 0 as the cfg says
     * @param height likewise
     * @throws ModelException when it is no cfg, or one that cannot be done here as Darknet does it; the message names the line
     */
    public static DarknetNet of(byte[] cfg, String where, int width, int height) {
        List<Section> sections = Cfg.parse(cfg, where).sections();
        Section net = sections.get(0);
        if (!net.name().equals("net") && !net.name().equals("network")) {
            throw net.error("[" + Section.shown(net.name()) + "] stands first; wanted: [net]");
        }
        net.require(LayerKind.NET);
        if (net.integer("channels", 0) != Input.CHANNELS) {
            throw net.error(
                    "channels",
                    (net.has("channels") ? "channels=" + net.integer("channels", 0) : "channels is missing")
                            + "; wanted: 3, pictures of red, green and blue");
        }
        Blob picture = new Blob(INPUT, Input.CHANNELS, side(net, "height", height), side(net, "width", width));
        NetBuilder builder = new NetBuilder(picture);
        sections.subList(1, sections.size()).forEach(builder::add);
        List<Head> heads = builder.heads();
        if (heads.isEmpty()) {
            throw new ModelException("the cfg " + where
                    + " has no [yolo] and no [region]: it is no detector, or one that is not supported");
        }
        for (Head head : heads) {
            if (head.classes() != heads.get(0).classes()) {
                throw head.section()
                        .error(
                                "classes",
                                head.section() + " has " + head.classes() + " classes, "
                                        + heads.get(0).section() + " has "
                                        + heads.get(0).classes());
            }
        }
        return new DarknetNet(net, picture, builder);
    }

    private static int side(Section net, String key, int instead) {
        return instead > 0 ? instead : net.integer(key, 0, 1, Input.MAX_SIDE);
    }

    /** In pixels. */
    public int width() {
        return picture.width();
    }

    /** In pixels. */
    public int height() {
        return picture.height();
    }

    /** Whether pictures keep their proportions. */
    public boolean isLetterbox() {
        return isLetterbox;
    }

    public int classes() {
        return heads.get(0).classes();
    }

    /** Names of the outputs, in the decoder's order. */
    public List<String> outputs() {
        return outputs;
    }

    /** What Darknet does with boxes that overlap: as the last of its heads says. */
    public Nms nms() {
        return nms;
    }

    private static Nms nms(Section last) {
        return switch (last.text("nms_kind", "default")) {
            case "greedynms" -> new Nms(Nms.Kind.DIOU, GREEDY_BETA, false); // whatever beta_nms says
            case "diounms" -> new Nms(Nms.Kind.DIOU, last.decimal("beta_nms", GREEDY_BETA), false);
            default -> Nms.IOU; // cornersnms, too, in a [yolo]
        };
    }

    public OutputDecoder decoder() {
        return new DarknetDecoder(heads, picture.width(), picture.height());
    }

    /** The ONNX file, without its weights. */
    byte[] onnx() {
        return onnx;
    }

    /** In the order of the weights file. */
    List<Kernel> kernels() {
        return kernels;
    }

    /** For people, as in {@code Darknet yolo, 2 heads}. */
    public String family() {
        String kind =
                heads.stream().map(head -> head.section().name()).distinct().collect(Collectors.joining(" and "));
        return "Darknet " + kind + ", " + heads.size() + (heads.size() == 1 ? " head" : " heads");
    }

    /** For people: which sections are the heads. */
    public String familyWhy() {
        return heads.stream().map(head -> head.section().toString()).collect(Collectors.joining(", "));
    }

    /** For people, as in {@code 13x13x255, 26x26x255}. */
    public String outputsShown() {
        return heads.stream().map(head -> head.blob().toString()).collect(Collectors.joining(", "));
    }

    /** For people: where the size of the input stands. */
    public String sizeWhy() {
        return "width of line " + net.lineOf("width") + ", height of line " + net.lineOf("height");
    }

    /** For people: where it stands that pictures keep their proportions, or do not. */
    public String fitWhy() {
        return net.has("letter_box")
                ? "letter_box=" + net.text("letter_box") + " of line " + net.lineOf("letter_box")
                : "[net] has no letter_box=1";
    }

    /** For people: where it stands how boxes are suppressed. */
    public String nmsWhy() {
        Section last = heads.get(heads.size() - 1).section();
        return last.has("nms_kind")
                ? "nms_kind=" + Section.shown(last.text("nms_kind", "")) + " of line " + last.lineOf("nms_kind")
                : last + " has no nms_kind";
    }
}
