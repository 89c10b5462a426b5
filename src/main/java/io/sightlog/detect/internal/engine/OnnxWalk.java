package io.sightlog.detect.internal.engine;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Counts what stands in an ONNX file before anything is made of it: two bytes can ask for an object of a hundred, here and again in ONNX
 * Runtime. Its bytes are read once, nothing is kept.
 */
final class OnnxWalk {
    private static final int MAX_DEPTH = 100;
    private static final int MAX_NODES = 1 << 16;
    private static final int MAX_MESSAGES = 1 << 20;
    private static final int MAX_FIELDS = 1 << 22;

    private int nodes;
    private int messages;
    private int fields;

    /** The messages of the format that have others in them. */
    private enum Kind {
        MODEL,
        GRAPH,
        NODE,
        ATTRIBUTE,
        TENSOR,
        SPARSE,
        VALUE,
        TYPE,
        TENSOR_TYPE,
        SHAPE,
        TYPE_IN_TYPE,
        FUNCTION,
        TRAINING,
        /** Any without. */
        LEAF;

        private static final Map<Kind, Map<Integer, Kind>> INNER = Map.of(
                MODEL, Map.of(7, GRAPH, 8, LEAF, 14, LEAF, 20, TRAINING, 25, FUNCTION),
                GRAPH, Map.of(1, NODE, 5, TENSOR, 11, VALUE, 12, VALUE, 13, VALUE, 14, LEAF, 15, SPARSE, 16, LEAF),
                NODE, Map.of(5, ATTRIBUTE, 9, LEAF),
                ATTRIBUTE,
                        Map.of(5, TENSOR, 6, GRAPH, 10, TENSOR, 11, GRAPH, 14, TYPE, 15, TYPE, 22, SPARSE, 23, SPARSE),
                TENSOR, Map.of(3, LEAF, 13, LEAF, 16, LEAF),
                SPARSE, Map.of(1, TENSOR, 2, TENSOR),
                VALUE, Map.of(2, TYPE, 4, LEAF),
                TYPE, Map.of(1, TENSOR_TYPE, 4, TYPE_IN_TYPE, 5, TYPE_IN_TYPE, 8, TENSOR_TYPE, 9, TYPE_IN_TYPE),
                FUNCTION, Map.of(7, NODE, 9, LEAF, 11, ATTRIBUTE, 12, VALUE, 14, LEAF),
                TRAINING, Map.of(1, GRAPH, 2, GRAPH, 3, LEAF, 4, LEAF));

        private @Nullable Kind inner(int field) {
            return switch (this) {
                case TENSOR_TYPE -> field == 2 ? SHAPE : null;
                case SHAPE -> field == 1 ? LEAF : null;
                case TYPE_IN_TYPE -> field == 1 || field == 2 ? TYPE : null;
                case LEAF -> null;
                default -> INNER.getOrDefault(this, Map.of()).get(field);
            };
        }
    }

    private OnnxWalk() {}

    /** @throws IOException when it is no ONNX file, not a whole one, or has more in it than any model */
    static void check(CodedInputStream in) throws IOException {
        new OnnxWalk().walk(in, Kind.MODEL, 0);
    }

    private void walk(CodedInputStream in, Kind kind, int depth) throws IOException {
        messages++;
        nodes += kind == Kind.NODE ? 1 : 0;
        if (depth > MAX_DEPTH || nodes > MAX_NODES || messages > MAX_MESSAGES) {
            throw new IOException(
                    depth > MAX_DEPTH
                            ? "graphs stand in each other more than " + MAX_DEPTH + " deep"
                            : nodes > MAX_NODES
                                    ? "it has more than " + MAX_NODES + " operators"
                                    : "it has more than " + MAX_MESSAGES + " parts");
        }
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (++fields > MAX_FIELDS) {
                throw new IOException("it has more than " + MAX_FIELDS + " fields");
            }
            Kind inner = WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED
                    ? kind.inner(WireFormat.getTagFieldNumber(tag))
                    : null;
            if (inner == null) {
                skip(in, tag);
            } else {
                int outer = in.pushLimit(in.readRawVarint32());
                walk(in, inner, depth + 1);
                in.popLimit(outer);
            }
        }
    }

    /** Groups, which are older than the format, could go down by calls as deep as a file is long. */
    private static void skip(CodedInputStream in, int tag) throws IOException {
        int type = WireFormat.getTagWireType(tag);
        if (type == WireFormat.WIRETYPE_START_GROUP || type == WireFormat.WIRETYPE_END_GROUP) {
            throw new InvalidProtocolBufferException("field " + WireFormat.getTagFieldNumber(tag) + " is a group");
        }
        in.skipField(tag);
    }
}
