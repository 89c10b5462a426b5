package io.sightlog.detect.internal.decode;

import io.sightlog.detect.ModelCard;
import io.sightlog.detect.ModelException;
import io.sightlog.detect.internal.engine.Tensor;
import java.util.List;

/**
 * DETR as its network gives it: for each of N queries a box {@code [1,N,4]}, centre x and y, width and height in 0..1, and one logit
 * for each of C classes {@code [1,N,C]}.
 */
final class QueriesDecoder implements OutputDecoder {
    private static final int BOX = 4;

    /** What makes confidences of logits. */
    private enum Activation {
        /** Each class by itself; every class that reaches the limit counts. */
        SIGMOID,
        /** All classes together; the best counts. */
        SOFTMAX
    }

    /** Which of the classes means that there is nothing. */
    private enum Background {
        NONE,
        FIRST,
        LAST
    }

    private final Activation activation;
    private final int boxesAt;
    /** Of the classes, the first that means something, and how many follow it that mean nothing. */
    private final int first;

    private final int after;
    private final int labels;
    private final float width;
    private final float height;

    private QueriesDecoder(ModelCard card, int boxesAt, Activation activation, Background background) {
        this.boxesAt = boxesAt;
        this.activation = activation;
        this.first = background == Background.FIRST ? 1 : 0;
        this.after = background == Background.LAST ? 1 : 0;
        this.labels = card.labels().size();
        this.width = card.input().width();
        this.height = card.input().height();
    }

    /** RF-DETR: {@code dets}, {@code labels}. */
    static QueriesDecoder rfDetr(ModelCard card) {
        Background background =
                new Settings(card, "background").choice("background", Background.class, Background.NONE);
        return new QueriesDecoder(card, 0, Activation.SIGMOID, background);
    }

    /** Hugging Face's: {@code logits}, {@code pred_boxes}. With softmax the last class means that there is nothing. */
    static QueriesDecoder huggingFace(ModelCard card) {
        Activation activation = new Settings(card, "activation").choice("activation", Activation.class, null);
        return new QueriesDecoder(
                card, 1, activation, activation == Activation.SOFTMAX ? Background.LAST : Background.NONE);
    }

    @Override
    public void decode(List<Tensor> outputs, float minConfidence, Boxes into) {
        OutputDecoders.requireCount(outputs, 2);
        Tensor boxes = outputs.get(boxesAt);
        Tensor logits = outputs.get(1 - boxesAt);
        boxes.require(1, -1, BOX);
        int queries = (int) boxes.shape()[1];
        logits.require(1, queries, -1);
        int classes = (int) logits.shape()[2];
        if (classes != first + labels + after) {
            throw new ModelException("output " + logits + " has " + classes + " classes, the card has " + labels
                    + " labels" + (first + after == 0 ? "" : " and one class for nothing"));
        }
        Row row = new Row(boxes.values(), into);
        for (int query = 0; query < queries; query++) {
            row.query = query;
            if (activation == Activation.SIGMOID) {
                sigmoid(logits.values(), query * classes, minConfidence, row);
            } else {
                softmax(logits.values(), query * classes, classes, minConfidence, row);
            }
        }
    }

    private void sigmoid(float[] logits, int row, float minConfidence, Row into) {
        // a little lower than the limit, and saves an exponential for nearly all: what it lets through is judged again
        double limit = Math.min(minConfidence, 0.99);
        double least = Math.log(limit / (1 - limit)) - 1e-3;
        for (int id = 0; id < labels; id++) {
            float logit = logits[row + first + id];
            if (logit >= least) {
                into.add(id, (float) (1 / (1 + Math.exp(-logit))), minConfidence);
            }
        }
    }

    private void softmax(float[] logits, int row, int classes, float minConfidence, Row into) {
        int best = first + OutputDecoders.most(logits, row + first, labels);
        double sum = 0;
        for (int id = 0; id < classes; id++) {
            sum += Math.exp(logits[row + id] - logits[row + best]);
        }
        into.add(best - first, (float) (1 / sum), minConfidence);
    }

    /** The box of one query. */
    private final class Row {
        private final float[] boxes;
        private final Boxes into;
        private int query;

        Row(float[] boxes, Boxes into) {
            this.boxes = boxes;
            this.into = into;
        }

        void add(int classId, float confidence, float minConfidence) {
            if (confidence >= minConfidence) {
                int at = query * BOX;
                OutputDecoders.addCentred(
                        into,
                        classId,
                        confidence,
                        boxes[at] * width,
                        boxes[at + 1] * height,
                        boxes[at + 2] * width,
                        boxes[at + 3] * height);
            }
        }
    }
}
