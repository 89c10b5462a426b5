package io.sightlog.detect.internal.decode;

import io.sightlog.detect.ModelCard.Nms;
import java.util.Arrays;

/** Non-maximum suppression. */
public final class Suppression {
    /** As many as any picture has use for; with more, the weakest are dropped before boxes are compared. */
    static final int MAX_CANDIDATES = 10_000;

    private Suppression() {}

    /**
     * Which boxes stay, strongest first: a box is dropped when a stronger one that stays overlaps it by more than {@code limit}.
     *
     * @param limit 0..1
     * @return places in {@code candidates}
     */
    public static int[] kept(Candidates candidates, Nms nms, float limit) {
        int[] order = strongestFirst(candidates);
        if (nms.kind() == Nms.Kind.NONE) {
            return order;
        }
        int count = 0;
        for (int candidate : order) {
            if (!isDropped(candidates, candidate, order, count, nms, limit)) {
                order[count++] = candidate; // never past the one that is looked at
            }
        }
        return Arrays.copyOf(order, count);
    }

    /** Among equally strong ones those of the first class first. */
    private static int[] strongestFirst(Candidates candidates) {
        int count = candidates.count();
        long[] keys = new long[count];
        for (int i = 0; i < count; i++) {
            int ascending = Float.floatToIntBits(candidates.confidence(i) + 0f); // as it is not negative
            keys[i] = key(~ascending & 0xFFFF_FFFFL, i);
        }
        Arrays.sort(keys);
        for (int from = 0; from < count; ) {
            int to = from + 1;
            while (to < count && keys[to] >>> Integer.SIZE == keys[from] >>> Integer.SIZE) {
                to++;
            }
            if (to - from > 1) {
                sortByClass(candidates, keys, from, to);
            }
            from = to;
        }
        int[] order = new int[Math.min(count, MAX_CANDIDATES)];
        for (int i = 0; i < order.length; i++) {
            order[i] = (int) keys[i];
        }
        return order;
    }

    private static void sortByClass(Candidates candidates, long[] keys, int from, int to) {
        for (int i = from; i < to; i++) {
            keys[i] = key(candidates.classId((int) keys[i]), (int) keys[i]);
        }
        Arrays.sort(keys, from, to);
    }

    private static long key(long first, int candidate) {
        return first << Integer.SIZE | candidate;
    }

    private static boolean isDropped(
            Candidates candidates, int candidate, int[] kept, int count, Nms nms, float limit) {
        int classId = candidates.classId(candidate);
        for (int i = 0; i < count; i++) {
            int stronger = kept[i];
            if ((nms.acrossClasses() || candidates.classId(stronger) == classId)
                    && overlap(candidates, stronger, candidate, nms) > limit) {
                return true;
            }
        }
        return false;
    }

    private static double overlap(Candidates c, int a, int b, Nms nms) {
        double iou = iou(c, a, b);
        if (nms.kind() == Nms.Kind.IOU || iou == 0) {
            return iou;
        }
        double width = Math.max(c.right(a), c.right(b)) - (double) Math.min(c.left(a), c.left(b));
        double height = Math.max(c.bottom(a), c.bottom(b)) - (double) Math.min(c.top(a), c.top(b));
        double dx = ((double) c.left(a) + c.right(a) - c.left(b) - c.right(b)) / 2;
        double dy = ((double) c.top(a) + c.bottom(a) - c.top(b) - c.bottom(b)) / 2;
        double diagonal = width * width + height * height;
        return diagonal == 0 ? iou : iou - Math.pow((dx * dx + dy * dy) / diagonal, nms.beta());
    }

    private static double iou(Candidates c, int a, int b) {
        double width = Math.min(c.right(a), c.right(b)) - (double) Math.max(c.left(a), c.left(b));
        double height = Math.min(c.bottom(a), c.bottom(b)) - (double) Math.max(c.top(a), c.top(b));
        if (!(width > 0 && height > 0)) {
            return 0;
        }
        double both = width * height;
        return both / (area(c, a) + area(c, b) - both);
    }

    private static double area(Candidates c, int i) {
        return ((double) c.right(i) - c.left(i)) * ((double) c.bottom(i) - c.top(i));
    }
}
