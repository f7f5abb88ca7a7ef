package %package%;

import io.standpipe.spi.Default;
import io.standpipe.spi.Description;
import io.standpipe.spi.Location;
import javax.validation.constraints.Positive;

/** The options of a storage: each component is one key in the YAML. */
public record %Name%Config(
    @Description("The folder with the rows.") Location path,
    @Description("Rows in a file at most.") @Default("1000000") @Positive int rowsPerFile) {}
