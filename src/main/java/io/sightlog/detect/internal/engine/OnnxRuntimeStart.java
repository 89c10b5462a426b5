package io.sightlog.detect.internal.engine;

import io.sightlog.natives.Bundle;
import io.sightlog.natives.Natives;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Starts ONNX Runtime with the libraries that {@link Natives} has loaded. Its own start makes a folder in the temporary one each
 * time, whether it needs it or not, so that it fails where none can be made, and leaves it behind when the process ends by a halt.
 * Where this version of it is built otherwise, it starts by itself.
 */
final class OnnxRuntimeStart {
    private static final String STARTER = "ai.onnxruntime.OnnxRuntime";
    /** Libraries of a build for a GPU. */
    private static final List<String> PROVIDERS = List.of("onnxruntime_providers_shared", "onnxruntime_providers_cuda");

    private OnnxRuntimeStart() {}

    /** Before any of its classes is used. */
    static void start() {
        Natives.load(Bundle.ONNX_RUNTIME);
        Path library = Natives.library(Bundle.ONNX_RUNTIME, "libonnxruntime");
        if (library == null) {
            return; // a platform on which it unpacks itself
        }
        try {
            Class<?> starter = Class.forName(STARTER);
            synchronized (starter) { // as its own start does
                if (!field(starter, "loaded").getBoolean(null)) {
                    initialise(starter, Objects.requireNonNull(library.getParent()));
                }
            }
        } catch (ReflectiveOperationException | RuntimeException e) {
            // then by itself, from the same folder
        }
    }

    /** What its own start does once the libraries are loaded. */
    private static void initialise(Class<?> starter, Path folder) throws ReflectiveOperationException {
        int apiVersion = apiVersion(starter);
        long api = (long) call(starter, "initialiseAPIBase", new Class<?>[] {int.class}, apiVersion);
        if (api == 0) {
            throw new IllegalStateException("these classes and this library are of different versions");
        }
        long training = (long)
                call(starter, "initialiseTrainingAPIBase", new Class<?>[] {long.class, int.class}, api, apiVersion);
        Object providers = call(starter, "initialiseProviders", new Class<?>[] {long.class}, api);
        Object version = call(starter, "initialiseVersion", new Class<?>[] {});
        field(starter, "tempDirectory").set(null, folder); // where it looks for libraries of other devices
        markUnpacked(starter);
        field(starter, "ortApiHandle").setLong(null, api);
        field(starter, "ortTrainingApiHandle").setLong(null, training);
        field(starter, "trainingEnabled").setBoolean(null, training != 0);
        field(starter, "providers").set(null, providers);
        field(starter, "version").set(null, version);
        field(starter, "loaded").setBoolean(null, true);
    }

    /** Otherwise it would write them once more, each time, over those that are mapped. */
    @SuppressWarnings("unchecked")
    private static void markUnpacked(Class<?> starter) throws ReflectiveOperationException {
        Set<String> unpacked =
                (Set<String>) field(starter, "extractedSharedProviders").get(null);
        for (String provider : PROVIDERS) {
            if (Natives.library(Bundle.ONNX_RUNTIME, "lib" + provider) != null) {
                unpacked.add(provider);
            }
        }
    }

    /** The newest that its classes know. */
    private static int apiVersion(Class<?> starter) throws ReflectiveOperationException {
        int newest = 0;
        for (Field field : starter.getDeclaredFields()) {
            if (field.getName().matches("ORT_API_VERSION_\\d+")) {
                field.setAccessible(true);
                newest = Math.max(newest, field.getInt(null));
            }
        }
        return newest;
    }

    private static Field field(Class<?> starter, String name) throws ReflectiveOperationException {
        Field field = starter.getDeclaredField(name);
        field.setAccessible(true);
        return field;
    }

    private static Object call(Class<?> starter, String name, Class<?>[] types, Object... arguments)
            throws ReflectiveOperationException {
        Method method = starter.getDeclaredMethod(name, types);
        method.setAccessible(true);
        try {
            return method.invoke(null, arguments);
        } catch (InvocationTargetException e) {
            throw new IllegalStateException(name + " has failed", e.getCause());
        }
    }
}
