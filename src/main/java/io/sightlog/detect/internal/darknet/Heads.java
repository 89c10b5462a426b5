package io.sightlog.detect.internal.darknet;

import io.sightlog.event.LabelSet;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Reads {@code [yolo]} and {@code [region]}. */
final class Heads {
    private static final int MAX_ANCHORS = 1_000;

    private Heads() {}

    static Head of(Section section, LayerKind kind, Blob input) {
        boolean isRegion = kind == LayerKind.REGION;
        int classes = section.integer("classes", 20, 1, LabelSet.MAX_CLASS_ID);
        int num = section.integer("num", 1, 1, MAX_ANCHORS);
        section.integer("coords", 4, 4, 4);
        List<Integer> mask = section.integers("mask");
        if (isRegion || mask.isEmpty()) {
            mask = IntStream.range(0, num).boxed().toList();
        }
        List<Head.Anchor> anchors = anchors(section, mask, num);
        long wanted = (long) anchors.size() * (Head.BOX + classes);
        if (input.channels() != wanted) {
            throw section.error(section + " has " + anchors.size() + " anchors and " + classes + " classes, for which "
                    + wanted + " channels should come in, not " + input.channels()
                    + "; wanted: filters=" + wanted + " in the [convolutional] before it");
        }
        return new Head(
                section,
                isRegion,
                input,
                classes,
                anchors,
                section.decimal("scale_x_y", 1),
                !isRegion && section.flag("new_coords"),
                isRegion && section.flag("softmax"),
                isRegion && section.integer("classfix", 0) == -1);
    }

    private static List<Head.Anchor> anchors(Section section, List<Integer> mask, int num) {
        List<Float> sides = section.decimals("anchors");
        List<Head.Anchor> anchors = new ArrayList<>();
        for (int i : mask) {
            if (i < 0 || i >= num) {
                throw section.error(
                        "mask",
                        "mask has " + i + " in " + section + "; wanted: 0 to " + (num - 1) + ", as num=" + num
                                + " says");
            }
            if (2 * i + 1 >= sides.size()) {
                throw section.error(
                        "anchors",
                        section + " has " + sides.size() / 2 + " anchors; wanted: " + (i + 1)
                                + " or more, as its mask or num says");
            }
            anchors.add(new Head.Anchor(sides.get(2 * i), sides.get(2 * i + 1)));
        }
        return anchors;
    }
}
