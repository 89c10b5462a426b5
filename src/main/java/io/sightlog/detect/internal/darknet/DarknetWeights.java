package io.sightlog.detect.internal.darknet;

import io.sightlog.detect.ModelException;
import io.sightlog.detect.internal.engine.Engine;
import io.sightlog.detect.internal.engine.Engine.Settings;
import io.sightlog.detect.internal.engine.Engine.Weights;
import io.sightlog.event.Digest;
import io.sightlog.natives.Bundle;
import io.sightlog.natives.Natives;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.BytePointer;

/**
 * A weights file in memory, with the normalisation of each convolution folded into its weights and biases. The memory is outside of
 * the heap, as large as the file, and its only copy here.
 */
public final class DarknetWeights implements Engine.Memory {
    /** Version, and a counter of pictures of 32 bits, or in newer files of 64. */
    private static final int OLD_HEADER = 16;

    private static final int HEADER = 20;
    private static final int CHUNK = 1 << 20;
    /** Beside the variance, so that nothing is divided by 0. */
    private static final double EPSILON = .00001;

    private final DarknetNet net;
    private final BytePointer memory;
    private final FloatBuffer numbers;
    private final String sha256;

    private DarknetWeights(DarknetNet net, BytePointer memory, FloatBuffer numbers, String sha256) {
        this.net = net;
        this.memory = memory;
        this.numbers = numbers;
        this.sha256 = sha256;
    }

    /** @throws ModelException when it cannot be read, or has another size than the net wants; the message names both */
    public static DarknetWeights read(Path file, DarknetNet net) {
        Natives.load(Bundle.OPENCV); // with JavaCPP
        try (FileChannel channel = FileChannel.open(file)) {
            long size = channel.size();
            MessageDigest digest = Digest.sha256();
            ByteBuffer header = ByteBuffer.allocate(HEADER).order(ByteOrder.LITTLE_ENDIAN);
            read(channel, header.limit((int) Math.min(OLD_HEADER, size)), digest);
            header.clear();
            boolean isNew = size < OLD_HEADER || 10L * header.getInt(0) + header.getInt(4) >= 2;
            int headerSize = isNew ? HEADER : OLD_HEADER;
            long count = net.kernels().stream().mapToLong(Kernel::size).sum();
            long wanted = headerSize + count * Float.BYTES;
            if (size != wanted) {
                throw new ModelException("the weights " + file + " have " + size + " bytes, their net wants " + wanted
                        + ": the file is " + (size < wanted ? "cut, or" : "too long, or") + " another net's");
            }
            read(channel, header.position(OLD_HEADER).limit(headerSize), digest);
            BytePointer memory = new BytePointer(Math.max(1, count * Float.BYTES));
            try {
                ByteBuffer bytes = memory.asByteBuffer();
                bytes.limit((int) (count * Float.BYTES));
                read(channel, bytes, digest);
                FloatBuffer numbers =
                        bytes.flip().order(ByteOrder.nativeOrder()).asFloatBuffer();
                DarknetWeights weights =
                        new DarknetWeights(net, memory, numbers, HexFormat.of().formatHex(digest.digest()));
                weights.fold();
                return weights;
            } catch (IOException | RuntimeException e) {
                memory.close();
                throw e;
            }
        } catch (IOException e) {
            throw new ModelException("cannot read the weights " + file + ": " + e, e);
        } catch (OutOfMemoryError e) {
            throw new ModelException("cannot read the weights " + file + ": there is not enough memory for them", e);
        }
    }

    /** Fills what remains of a buffer. */
    private static void read(FileChannel channel, ByteBuffer into, MessageDigest digest) throws IOException {
        while (into.hasRemaining()) {
            int from = into.position();
            ByteBuffer part = into.slice(from, Math.min(CHUNK, into.remaining()));
            if (channel.read(part) < 0) {
                throw new EOFException("it became shorter");
            }
            digest.update(part.flip());
            into.position(from + part.limit());
        }
    }

    /** Weights times scale over deviation, biases less the mean times that. */
    private void fold() {
        int at = 0;
        for (Kernel kernel : net.kernels()) {
            int filters = kernel.filters();
            if (kernel.isNormalised()) {
                int scales = at + filters;
                int weights = at + 4 * filters;
                for (int i = 0; i < filters; i++) {
                    double deviation = Math.sqrt(numbers.get(scales + 2 * filters + i) + EPSILON);
                    double factor = numbers.get(scales + i) / deviation;
                    numbers.put(at + i, (float) (numbers.get(at + i) - numbers.get(scales + filters + i) * factor));
                    int first = weights + i * kernel.perFilter();
                    for (int j = first; j < first + kernel.perFilter(); j++) {
                        numbers.put(j, (float) (numbers.get(j) * factor));
                    }
                }
            }
            at += (int) kernel.size();
        }
    }

    /** Of the file, 64 hex digits. */
    public String sha256() {
        return sha256;
    }

    /**
     * The net with these weights, ready to run. Closing it closes them, too.
     *
     * @param name the model's name and where it is, for messages
     * @throws ModelException when it cannot be run here
     */
    public Engine engine(String name, Settings settings) {
        Map<String, Weights> byName = new HashMap<>();
        int at = 0;
        for (Kernel kernel : net.kernels()) {
            int filters = kernel.filters();
            int weights = at + (kernel.isNormalised() ? 4 : 1) * filters;
            byName.put(kernel.biases(), part(at, List.of((long) filters)));
            byName.put(kernel.weights(), part(weights, kernel.shape()));
            at += (int) kernel.size();
        }
        return new Engine(name, net.onnx(), byName, this, settings);
    }

    private Weights part(int at, List<Long> shape) {
        long size = shape.stream().reduce(1L, Math::multiplyExact);
        return new Weights(shape.stream().mapToLong(Long::longValue).toArray(), numbers.slice(at, (int) size));
    }

    @Override
    public void close() {
        memory.close();
    }
}
