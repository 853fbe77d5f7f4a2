"""Document cameras (高拍仪): a paper photographed, found and squared up."""
