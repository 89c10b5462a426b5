package io.sightlog.detect;

import ai.djl.Device;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.onnxruntime.engine.OrtNDManager;
import ai.djl.onnxruntime.engine.OrtSymbolBlock;
import ai.djl.translate.NoBatchifyTranslator;
import ai.djl.translate.TranslateException;
import ai.djl.translate.TranslatorContext;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A model loaded into ONNX Runtime, through DJL. Tensors go in and come out as they are: the engine has no arithmetic of
 * its own. Owned by one thread.
 */
final class OnnxModel implements AutoCloseable {
    private static final String ENGINE = "OnnxRuntime";

    static {
        // Otherwise DJL asks a cloud's metadata address where it runs, and reports that it does.
        System.setProperty("ai.djl.offline", "true");
        System.setProperty("OPT_OUT_TRACKING", "true");
    }

    private final ModelCard card;
    private final ai.djl.Model model;
    private final Predictor<FloatBuffer, List<Tensor>> predictor;
    private final Translator translator;

    /** @throws ModelException when it is no ONNX model, or has other tensors than its card says */
    OnnxModel(Model from, int threads) {
        this.card = from.card();
        byte[] bytes = from.load();
        OnnxRuntimeStart.start();
        this.model = ai.djl.Model.newInstance(card.name(), Device.cpu(), ENGINE);
        try {
            model.setBlock(block(bytes, threads, model.getNDManager()));
            requireInput();
        } catch (OrtException | RuntimeException e) {
            model.close();
            throw e instanceof ModelException wrong
                    ? wrong
                    : new ModelException(
                            "cannot load the model " + card.name() + " " + from.location() + ": " + rootMessage(e), e);
        }
        this.translator = new Translator(card);
        this.predictor = model.newPredictor(translator);
    }

    /** What DJL makes of a model in memory, without the temporary folder that it makes for one. */
    private static Block block(byte[] onnx, int threads, NDManager manager) throws OrtException {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(threads);
            OrtSession session = OrtEnvironment.getEnvironment().createSession(onnx, options);
            return new OrtSymbolBlock(session, (OrtNDManager) manager);
        }
    }

    private void requireInput() {
        List<String> inputs = model.getBlock().describeInput().keys();
        if (!inputs.equals(List.of(card.input().name()))) {
            throw new ModelException("the model " + card.name() + " has the inputs " + inputs + ", its card says "
                    + card.input().name() + "; correct input.name in its card");
        }
    }

    /**
     * Runs the model once.
     *
     * @param input the input tensor, unchanged until this returns
     * @return the outputs the card names, in its order
     * @throws ModelException when the model cannot be run
     */
    List<Tensor> run(FloatBuffer input) {
        try {
            return predictor.predict(input);
        } catch (TranslateException | RuntimeException e) {
            throw new ModelException(
                    "the model " + card.name() + " does not run with the input its card says (" + card.input() + "): "
                            + rootMessage(e),
                    e);
        }
    }

    /** How long the model itself ran in the last {@link #run}. */
    long lastInferNanos() {
        return translator.inferNanos;
    }

    @Override
    public void close() {
        predictor.close();
        model.close();
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

    private static final class Translator implements NoBatchifyTranslator<FloatBuffer, List<Tensor>> {
        private final ModelCard card;
        private final Shape shape;
        private long startedNanos;
        private long inferNanos;

        Translator(ModelCard card) {
            this.card = card;
            ModelCard.Input input = card.input();
            this.shape = new Shape(1, input.height(), input.width(), ModelCard.Input.CHANNELS);
        }

        @Override
        public NDList processInput(TranslatorContext context, FloatBuffer input) {
            NDArray array = context.getNDManager().create(input.duplicate(), shape, DataType.FLOAT32);
            array.setName(card.input().name());
            startedNanos = System.nanoTime();
            return new NDList(array);
        }

        @Override
        public List<Tensor> processOutput(TranslatorContext context, NDList outputs) {
            inferNanos = System.nanoTime() - startedNanos;
            List<Tensor> tensors = new ArrayList<>();
            for (String name : card.outputs()) {
                NDArray array = outputs.get(name);
                if (array == null || array.getDataType() != DataType.FLOAT32) {
                    throw new ModelException("no output of 32-bit floats is called " + name + "; the model has "
                            + outputs.stream().map(NDArray::getName).toList());
                }
                tensors.add(new Tensor(name, array.getShape().getShape(), array.toFloatArray()));
            }
            return tensors;
        }
    }
}
