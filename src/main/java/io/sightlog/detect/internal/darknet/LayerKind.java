package io.sightlog.detect.internal.darknet;

import io.sightlog.detect.Near;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The sections that a cfg may have, and their keys: those that matter here, those that matter only while Darknet trains, and those
 * that are refused where they would change what comes out.
 */
enum LayerKind {
    NET(
            "net network",
            "width height channels letter_box",
            "max_batches batch learning_rate learning_rate_min sgdr_cycle sgdr_mult momentum decay subdivisions time_steps track"
                    + " augment_speed sequential_subdivisions try_fix_nan weights_reject_freq equidistant_point"
                    + " badlabels_rejection_percentage num_sigmas_reject_badlabels ema_alpha use_cuda_graph loss_scale"
                    + " dynamic_minibatch optimized_memory workspace_size_limit_MB adam B1 B2 eps inputs max_crop min_crop flip"
                    + " blur gaussian_noise mixup cutmix mosaic mosaic_bound contrastive contrastive_jit_flip contrastive_color"
                    + " unsupervised label_smooth_eps resize_step attention adversarial_lr max_chart_loss angle aspect saturation"
                    + " exposure hue power policy burn_in step scale steps scales seq_scales gamma show_receptive_field notruth"
                    + " min_ratio max_ratio center random clip",
            ""),
    CONVOLUTIONAL(
            "convolutional conv",
            "filters groups size stride stride_x stride_y dilation pad padding activation batch_normalize cbn",
            "assisted_excitation bin_output dot angle grad_centr reverse stream wait_stream",
            "antialiasing share_index binary xnor sway rotate stretch stretch_sway flipped coordconv"),
    MAXPOOL(
            "maxpool max",
            "size stride stride_x stride_y padding",
            "out_channels",
            "maxpool_depth antialiasing maxpool_zero_nonmax"),
    LOCAL_AVGPOOL("local_avgpool local_avg", "size stride stride_x stride_y padding", "", ""),
    AVGPOOL("avgpool avg", "", "", ""),
    ROUTE("route", "layers groups group_id", "stream wait_stream", ""),
    SHORTCUT("shortcut", "from activation", "weights_normalization", "weights_type"),
    SCALE_CHANNELS("scale_channels", "from scale_wh activation", "", ""),
    SAM("sam", "from activation", "", ""),
    UPSAMPLE("upsample", "stride scale", "", ""),
    REORG("reorg", "stride reverse", "", ""),
    REORG3D("reorg3d", "stride reverse", "", ""),
    ACTIVATION("activation", "activation", "", ""),
    DROPOUT("dropout", "", "probability dropblock dropblock_size_rel dropblock_size_abs", ""),
    EMPTY("empty silence", "", "", ""),
    COST("cost", "", "type scale ratio", ""),
    YOLO(
            "yolo",
            "classes num mask anchors scale_x_y new_coords nms_kind beta_nms",
            "max show_details max_delta counters_per_class label_smooth_eps objectness_smooth iou_normalizer obj_normalizer"
                    + " cls_normalizer delta_normalizer iou_loss iou_thresh_kind jitter resize focal_loss ignore_thresh"
                    + " truth_thresh iou_thresh random track_history_size sim_thresh dets_for_track dets_for_show track_ciou_norm"
                    + " embedding_layer map uc_normalizer yolo_point beta1",
            ""),
    REGION(
            "region",
            "coords classes num anchors softmax classfix",
            "max log sqrt focal_loss jitter resize rescore thresh absolute random coord_scale object_scale noobject_scale"
                    + " mask_scale class_scale bias_match map",
            "tree background");

    /** Darknet has them, too; nobody here. */
    private static final Set<String> REFUSED = Set.of(
            "Gaussian_yolo",
            "detection",
            "crnn",
            "rnn",
            "gru",
            "lstm",
            "conv_lstm",
            "history",
            "connected",
            "conn",
            "local",
            "crop",
            "normalization",
            "lrn",
            "batchnorm",
            "softmax",
            "soft",
            "contrastive",
            "implicit",
            "deconvolutional",
            "deconv",
            "logistic",
            "l2norm",
            "iseg");

    /** That every layer may have. */
    private static final Set<String> TRAINING =
            words("clip onlyforward dont_update burnin_update stopbackward train_only_bn learning_rate");

    private static final Set<String> NOT_LOADED = words("dontload dontloadscales");

    private static final Map<String, LayerKind> BY_NAME = new HashMap<>();

    static {
        for (LayerKind kind : values()) {
            kind.names.forEach(name -> BY_NAME.put(name, kind));
        }
    }

    private final Set<String> names;
    private final Set<String> used;
    private final Set<String> ignored;
    private final Set<String> refused;

    LayerKind(String names, String used, String ignored, String refused) {
        this.names = words(names);
        this.used = words(used);
        this.ignored = words(ignored);
        this.refused = words(refused);
    }

    private static Set<String> words(String text) {
        return text.isEmpty() ? Set.of() : new HashSet<>(Arrays.asList(text.split(" ")));
    }

    /** @throws io.sightlog.detect.ModelException when there is none of this name, or it is not supported, by its line */
    static LayerKind of(Section section) {
        LayerKind kind = BY_NAME.get(section.name());
        if (kind != null) {
            return kind;
        }
        String shown = "[" + Section.shown(section.name()) + "]";
        if (REFUSED.contains(section.name())) {
            throw section.error(shown + " is not supported: models with it run in Darknet only");
        }
        throw section.error(
                shown + " is no known layer; " + Near.hint(Section.shown(section.name()), BY_NAME.keySet()));
    }

    boolean knows(String key) {
        return used.contains(key) || ignored.contains(key) || (this != NET && TRAINING.contains(key));
    }

    boolean refuses(String key) {
        return refused.contains(key) || (this != NET && NOT_LOADED.contains(key));
    }

    /** Whether a key that is refused has a value with which it does nothing. */
    boolean isHarmless(String key, String value) {
        return switch (key) {
            case "share_index", "tree" -> false;
            case "weights_type" -> value.equals("none");
            default -> value.matches("[+-]?0*\\.?0*");
        };
    }

    /** Every key that it may have, sorted. */
    List<String> keys() {
        return List.copyOf(new TreeSet<>(Stream.of(used, ignored, this == NET ? Set.<String>of() : TRAINING)
                .flatMap(Set::stream)
                .toList()));
    }
}
