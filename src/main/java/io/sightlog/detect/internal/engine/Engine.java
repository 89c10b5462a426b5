package io.sightlog.detect.internal.engine;

import ai.djl.Device;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.onnxruntime.engine.OrtNDArray;
import ai.djl.onnxruntime.engine.OrtNDManager;
import ai.djl.onnxruntime.engine.OrtSymbolBlock;
import ai.djl.translate.NoBatchifyTranslator;
import ai.djl.translate.TranslateException;
import ai.djl.translate.TranslatorContext;
import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.ValueInfo;
import io.sightlog.detect.ModelException;
import java.nio.Buffer;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A model loaded into ONNX Runtime, through DJL. Tensors go in and come out as they are: the engine has no arithmetic of
 * its own. Owned by one thread.
 */
public final class Engine implements AutoCloseable {
    private static final String ENGINE = "OnnxRuntime";

    /** Where ONNX Runtime looks for weights outside a model that it is given as bytes. */
    private static final String OUTSIDE = "session.model_external_initializers_file_folder_path";

    static {
        // Otherwise DJL asks a cloud's metadata address where it runs, and reports that it does.
        System.setProperty("ai.djl.offline", "true");
        System.setProperty("OPT_OUT_TRACKING", "true");
    }

    private final String name;
    private final ai.djl.Model model;
    private final List<OnnxTensor> weights = new ArrayList<>();
    private final Memory memory;
    private final Predictor<List<InputTensor>, List<Tensor>> predictor;
    private final Translator translator = new Translator();
    private final List<Port> inputs = new ArrayList<>();
    private final List<Port> outputs = new ArrayList<>();
    private final Map<String, String> metadata = new LinkedHashMap<>();

    /**
     * A tensor that a model has, as its file declares it.
     *
     * @param name of the tensor
     * @param type of its numbers, as ONNX Runtime calls it: {@code FLOAT}, {@code FLOAT16}, {@code UINT8}, {@code INT64}, ...;
     *     empty when it is no tensor
     * @param shape sizes of its dimensions, outermost first; -1 where the model leaves it open
     */
    public record Port(String name, String type, List<Long> shape) {
        public Port {
            shape = List.copyOf(shape);
        }

        @Override
        public String toString() {
            return name + " " + type.toLowerCase(java.util.Locale.ROOT) + shape;
        }
    }

    /** Numbers of the kinds that models take. */
    public enum NumberType {
        FLOAT32(DataType.FLOAT32),
        FLOAT16(DataType.FLOAT16),
        UINT8(DataType.UINT8),
        INT32(DataType.INT32),
        INT64(DataType.INT64);

        private final DataType type;

        NumberType(DataType type) {
            this.type = type;
        }
    }

    /**
     * One tensor that goes in.
     *
     * @param name of the tensor
     * @param type of its numbers
     * @param shape sizes of its dimensions, outermost first
     * @param data direct, in the machine's order; unchanged until the run is over
     */
    public record InputTensor(String name, NumberType type, List<Long> shape, Buffer data) {
        public InputTensor {
            shape = List.copyOf(shape);
        }
    }

    /**
     * Weights that are not in the ONNX bytes, which name them as data outside.
     *
     * @param shape sizes of the dimensions, outermost first
     * @param values direct, in the machine's order; unchanged until the engine is closed
     */
    public record Weights(long[] shape, FloatBuffer values) {}

    /** What has the numbers of {@link Weights}. */
    @FunctionalInterface
    public interface Memory extends AutoCloseable {
        /** When nothing needs them any more. */
        @Override
        void close();
    }

    /**
     * How it runs.
     *
     * @param threads of one inference, 1 or more
     * @param cudaDevice number of the GPU, or null for the processor
     * @param folder where files lie that the model's file names, or null when it may name none
     */
    public record Settings(
            int threads,
            @Nullable Integer cudaDevice,
            @Nullable Path folder) {
        /** For a model that is all in one file. */
        public Settings(int threads, @Nullable Integer cudaDevice) {
            this(threads, cudaDevice, null);
        }

        public Settings withFolder(@Nullable Path value) {
            return new Settings(threads, cudaDevice, value);
        }
    }

    /** With memory of weights that nobody has to close; otherwise as {@link #Engine(String, byte[], Map, Memory, Settings)}. */
    public Engine(String name, byte[] onnx, Map<String, Weights> weights, Settings settings) {
        this(name, onnx, weights, () -> {}, settings);
    }

    /**
     * @param name the model's name and where it is, for messages
     * @param onnx the model's file
     * @param weights what the file only names, by name; empty when it has everything
     * @param memory of the weights; closed with the engine, or when there is none because of an error
     * @throws ModelException when it is no ONNX model, or one that cannot be run here
     */
    public Engine(String name, byte[] onnx, Map<String, Weights> weights, Memory memory, Settings settings) {
        this.name = name;
        this.memory = memory;
        OnnxRuntimeStart.start();
        this.model = ai.djl.Model.newInstance(name, Device.cpu(), ENGINE);
        try {
            model.setBlock(block(onnx, weights, settings, model.getNDManager()));
        } catch (OrtException | RuntimeException e) {
            close();
            throw e instanceof ModelException wrong
                    ? wrong
                    : new ModelException("cannot load the model " + name + ": " + rootMessage(e), e);
        }
        this.predictor = model.newPredictor(translator);
    }

    /** What DJL makes of a model in memory, without the temporary folder that it makes for one. */
    private Block block(byte[] onnx, Map<String, Weights> outside, Settings settings, NDManager manager)
            throws OrtException {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            // Some models have hundreds of warnings; errors are told by exceptions, too.
            options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
            options.setIntraOpNumThreads(settings.threads());
            if (settings.folder() != null) {
                options.addConfigEntry(OUTSIDE, settings.folder().toString());
            }
            if (settings.cudaDevice() != null) {
                useCuda(options, settings.cudaDevice());
            }
            Map<String, OnnxTensorLike> tensors = new LinkedHashMap<>();
            for (Map.Entry<String, Weights> entry : outside.entrySet()) {
                Weights from = entry.getValue();
                OnnxTensor tensor = OnnxTensor.createTensor(environment, from.values(), from.shape());
                weights.add(tensor);
                tensors.put(entry.getKey(), tensor);
            }
            if (!tensors.isEmpty()) {
                options.addExternalInitializers(tensors);
            }
            OrtSession session = environment.createSession(onnx, options);
            session.getInputInfo().forEach((port, info) -> inputs.add(port(info)));
            session.getOutputInfo().forEach((port, info) -> outputs.add(port(info)));
            metadata.putAll(session.getMetadata().getCustomMetadata());
            return new OrtSymbolBlock(session, (OrtNDManager) manager);
        }
    }

    private static void useCuda(OrtSession.SessionOptions options, int device) {
        if (!OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA)) {
            throw new ModelException("cannot run on cuda:" + device + ": this program was built for the processor only;"
                    + " build it with mvn -Pgpu -DskipTests package, or leave out --device");
        }
        try {
            options.addCUDA(device);
        } catch (OrtException e) {
            String message =
                    String.valueOf(e.getMessage()).replaceAll("\\s+", " ").strip();
            throw new ModelException(
                    "cannot run on cuda:" + device + ": "
                            + message.replaceFirst(".* error: ", "")
                            + "; CUDA 12 and cuDNN 9 are needed where the system finds libraries (LD_LIBRARY_PATH)",
                    e);
        }
    }

    private static Port port(NodeInfo info) {
        ValueInfo value = info.getInfo();
        if (!(value instanceof ai.onnxruntime.TensorInfo tensor)) {
            return new Port(info.getName(), "", List.of());
        }
        List<Long> shape = new ArrayList<>();
        for (long size : tensor.getShape()) {
            shape.add(size);
        }
        return new Port(info.getName(), tensor.type.name(), shape);
    }

    /** The tensors that go in, in the model's order. */
    public List<Port> inputs() {
        return List.copyOf(inputs);
    }

    /** The tensors that come out, in the model's order. */
    public List<Port> outputs() {
        return List.copyOf(outputs);
    }

    /** What the exporter wrote beside the model, such as {@code names}. */
    public Map<String, String> metadata() {
        return Map.copyOf(metadata);
    }

    /**
     * Runs the model once.
     *
     * @param wanted names of the outputs to give, in this order; empty for all, in the model's order
     * @throws ModelException when the model does not run, or has no such output of numbers
     */
    public List<Tensor> run(List<InputTensor> input, List<String> wanted) {
        translator.wanted = wanted;
        try {
            return predictor.predict(input);
        } catch (TranslateException | RuntimeException e) {
            throw new ModelException("the model " + name + " does not run: " + rootMessage(e), e);
        }
    }

    /** How long the model itself ran in the last {@link #run}. */
    public long lastInferNanos() {
        return translator.inferNanos;
    }

    @Override
    @SuppressWarnings("NullAway") // the constructor closes what it has
    public void close() {
        if (predictor != null) {
            predictor.close();
        }
        model.close();
        weights.forEach(OnnxTensor::close);
        memory.close();
    }

    private static String rootMessage(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String message =
                String.valueOf(root.getMessage()).replaceAll("\\s+", " ").strip();
        return message.length() <= 300 ? message : message.substring(0, 300) + "...";
    }

    private static final class Translator implements NoBatchifyTranslator<List<InputTensor>, List<Tensor>> {
        private List<String> wanted = List.of();
        private long startedNanos;
        private long inferNanos;

        @Override
        public NDList processInput(TranslatorContext context, List<InputTensor> input) {
            NDList list = new NDList();
            for (InputTensor tensor : input) {
                Shape shape = new Shape(
                        tensor.shape().stream().mapToLong(Long::longValue).toArray());
                NDArray array = context.getNDManager().create(tensor.data().duplicate(), shape, tensor.type().type);
                array.setName(tensor.name());
                list.add(array);
            }
            startedNanos = System.nanoTime();
            return list;
        }

        @Override
        public List<Tensor> processOutput(TranslatorContext context, NDList outputs) {
            inferNanos = System.nanoTime() - startedNanos;
            List<String> names =
                    wanted.isEmpty() ? outputs.stream().map(NDArray::getName).toList() : wanted;
            List<Tensor> tensors = new ArrayList<>();
            for (String output : names) {
                NDArray array = outputs.get(output);
                if (array == null) {
                    throw new ModelException("no output is called " + output + "; the model has "
                            + outputs.stream().map(NDArray::getName).toList());
                }
                tensors.add(new Tensor(output, array.getShape().getShape(), floats(output, array)));
            }
            return tensors;
        }

        private static float[] floats(String output, NDArray array) {
            OnnxTensor tensor = ((OrtNDArray) array).getTensor();
            return switch (array.getDataType()) {
                case FLOAT32, BFLOAT16 -> Numbers.of(tensor.getFloatBuffer());
                case FLOAT16 -> Numbers.ofHalves(tensor.getShortBuffer());
                case FLOAT64 -> Numbers.of(tensor.getDoubleBuffer());
                case INT64 -> Numbers.of(tensor.getLongBuffer());
                case INT32 -> Numbers.of(tensor.getIntBuffer());
                case UINT8 -> Numbers.ofUnsigned(tensor.getByteBuffer());
                default ->
                    throw new ModelException("output " + output + " has numbers of the type " + array.getDataType()
                            + "; wanted: floats, or integers of 8, 32 or 64 bits");
            };
        }
    }
}
