package io.hapax.lab.bench;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.CategorySeries.CategorySeriesRenderStyle;
import org.knowm.xchart.internal.chartpart.Chart;

/**
 * A writer of charts as PNG files. Each method returns the Markdown that shows its chart.
 *
 * @param folder folder of the charts, beside the page that shows them
 */
record Charts(Path folder) {
    private static final int WIDTH = 800;
    private static final int HEIGHT = 400;

    /** A chart with one bar per name. */
    String bars(String name, String unit, Map<String, Double> values) throws IOException {
        CategoryChart chart = chart(name, "", unit);
        chart.getStyler().setLabelsVisible(true).setLegendVisible(false);
        chart.addSeries(unit, List.copyOf(values.keySet()), List.copyOf(values.values()));
        return save(name, chart);
    }

    /** A chart with one line per name, all over the same marks. */
    String lines(String name, String marks, String unit, Map<String, Map<String, Double>> lines) throws IOException {
        CategoryChart chart = chart(name, marks, unit);
        chart.getStyler().setDefaultSeriesRenderStyle(CategorySeriesRenderStyle.Line);
        lines.forEach(
                (line, values) -> chart.addSeries(line, List.copyOf(values.keySet()), List.copyOf(values.values())));
        return save(name, chart);
    }

    private static CategoryChart chart(String name, String x, String y) {
        // There need not be a screen.
        System.setProperty("java.awt.headless", "true");
        CategoryChart chart = new CategoryChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(name)
                .xAxisTitle(x)
                .yAxisTitle(y)
                .build();
        chart.getStyler()
                .setOverlapped(true)
                .setYAxisMin(0.0)
                .setYAxisDecimalPattern("#,###")
                .setChartBackgroundColor(Color.WHITE);
        return chart;
    }

    private String save(String name, Chart<?, ?> chart) throws IOException {
        Files.createDirectories(folder);
        ImageIO.write(
                BitmapEncoder.getBufferedImage(chart),
                "png",
                folder.resolve(name + ".png").toFile());
        return "![" + name + "](" + folder.getFileName() + "/" + name + ".png)\n";
    }
}
